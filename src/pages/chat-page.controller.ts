import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';

import { Open } from '../common/http/route-marks.js';
import { PageFiles } from '../common/http/page-files.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';

/** The chat, at the root of the server. */
@ApiExcludeController()
@Open()
@Controller()
export class ChatPageController {
  private readonly files: PageFiles;

  constructor(@Inject(SETTINGS) settings: Settings) {
    this.files = new PageFiles('chat', settings.API_PREFIX, { hasFetchedPictures: true });
  }

  @Get()
  page(@Res() response: Response) {
    this.files.sendDocument(response);
  }

  @Get('assets/:file')
  async asset(@Param('file') file: string, @Res() response: Response) {
    await this.files.sendAsset(response, file);
  }
}
