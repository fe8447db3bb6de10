import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';

import { PageFiles } from '../common/http/page-files.js';
import { Open } from '../common/http/route-marks.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { DashboardAccess, dashboardCookie } from './dashboard-access.js';

/** The page of the dashboard: files that know nothing, for everyone. What they show is asked for separately. */
@ApiExcludeController()
@Open()
@Controller('dashboard')
export class DashboardPageController {
  private readonly files: PageFiles;

  constructor(
    private readonly access: DashboardAccess,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.files = new PageFiles('dashboard', settings.API_PREFIX);
  }

  @Get()
  page(@Query() query: Record<string, unknown>, @Req() request: Request, @Res() response: Response) {
    if ('token' in query) {
      this.enter(query['token'], request, response);
      return;
    }
    this.files.sendDocument(response);
  }

  @Get('assets/:file')
  async asset(@Param('file') file: string, @Res() response: Response) {
    await this.files.sendAsset(response, file);
  }

  /** By the link with the secret: that goes into a cookie, and out of the address bar. */
  private enter(token: unknown, request: Request, response: Response): void {
    const cookie = typeof token === 'string' ? this.access.cookieForLink(token) : null;
    if (cookie !== null) response.cookie(dashboardCookie, cookie, this.access.cookieOptions(request));
    response.setHeader('Cache-Control', 'no-store');
    response.redirect(303, request.path);
  }
}
