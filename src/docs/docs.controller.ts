import { join } from 'node:path';

import { Controller, Get, Header, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';

import { sendFile } from '../common/http/page-files.js';
import { Open } from '../common/http/route-marks.js';
import { documentPolicy } from './document-page.js';
import { documentFolder, GuidePagesService } from './guide-pages.service.js';
import { llmsText } from './llms-text.js';
import { imageFolder } from './markdown.js';
import { problemsPage } from './problems-page.js';

const html = 'text/html; charset=utf-8';
/** A drawing carries its own style, for the dark and the light theme. */
const picturePolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/** Pages for people, beside Swagger UI, and their list for language models. */
@Open()
@ApiExcludeController()
@Controller()
export class DocsController {
  constructor(private readonly guidePages: GuidePagesService) {}

  @Get('docs/problems')
  @Header('Content-Type', html)
  @Header('Content-Security-Policy', documentPolicy)
  problems(): string {
    return problemsPage();
  }

  @Get('docs/guide/images/:file')
  @Header('Content-Security-Policy', picturePolicy)
  async image(@Param('file') file: string, @Res() response: Response): Promise<void> {
    await sendFile(response, file, { root: join(documentFolder, imageFolder) });
  }

  @Get(['docs/page.css', 'docs/icon.svg'])
  async asset(@Req() request: Request, @Res() response: Response): Promise<void> {
    await sendFile(response, request.path.slice('/docs/'.length), { root: documentFolder });
  }

  @Get(['docs/guide', 'docs/guide/*path'])
  @Header('Content-Security-Policy', documentPolicy)
  guide(@Req() request: Request, @Res({ passthrough: true }) response: Response): string {
    const { text, isMarkdown } = this.guidePages.require(request.path.replace(/\/$/, ''));
    response.setHeader('Content-Type', isMarkdown ? 'text/markdown; charset=utf-8' : html);
    return text;
  }

  @Get('llms.txt')
  @Header('Content-Type', 'text/plain; charset=utf-8')
  llms(): string {
    return llmsText();
  }
}
