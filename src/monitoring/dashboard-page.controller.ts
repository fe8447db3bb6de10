import { join } from 'node:path';

import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';

import { Open } from '../common/http/route-marks.js';
import { Problem } from '../common/problem.js';
import { DashboardAccess, dashboardCookie } from './dashboard-access.js';
import { packageFolder } from './version.js';

const folder = join(packageFolder, 'dist/web/dashboard');
/** Vite puts a hash of what is in a file into its name. */
const assetLifetime = '365d';

/** Own files only, and requests to this server only: what the page shows goes nowhere else. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** The page of the dashboard: files that know nothing, for everyone. What they show is asked for separately. */
@ApiExcludeController()
@Open()
@Controller('dashboard')
export class DashboardPageController {
  constructor(private readonly access: DashboardAccess) {}

  @Get()
  async page(@Query() query: Record<string, unknown>, @Req() request: Request, @Res() response: Response) {
    if ('token' in query) {
      this.enter(query['token'], request, response);
      return;
    }
    response.setHeader('Content-Security-Policy', contentSecurityPolicy);
    response.setHeader('Cache-Control', 'no-cache');
    await send(response, 'index.html', {});
  }

  @Get('assets/:file')
  async asset(@Param('file') file: string, @Res() response: Response) {
    await send(response, join('assets', file), { immutable: true, maxAge: assetLifetime });
  }

  /** By the link with the secret: that goes into a cookie, and out of the address bar. */
  private enter(token: unknown, request: Request, response: Response): void {
    const cookie = typeof token === 'string' ? this.access.cookieForLink(token) : null;
    if (cookie !== null) response.cookie(dashboardCookie, cookie, this.access.cookieOptions(request));
    response.setHeader('Cache-Control', 'no-store');
    response.redirect(303, request.path);
  }
}

/** @throws Problem `not_found` */
async function send(response: Response, file: string, options: object): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    response.sendFile(file, { root: folder, ...options }, (error: Error | undefined) => {
      if (error === undefined || response.headersSent) resolve();
      else reject(new Problem('not_found', 'There is nothing at this address.', { cause: error }));
    });
  });
}
