import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';

import { Open } from '../common/http/route-marks.js';
import { PageFiles } from '../common/http/page-files.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';

/** The transcripts, read as dialogues. */
@ApiExcludeController()
@Open()
@Controller('observatory')
export class ObservatoryPageController {
  private readonly files: PageFiles;

  constructor(@Inject(SETTINGS) settings: Settings) {
    this.files = new PageFiles('observatory', settings.API_PREFIX);
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
