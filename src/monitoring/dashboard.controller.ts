import { Body, Controller, Delete, Get, Header, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';

import { dashboardExample } from '../../contract/dashboard-example.js';
import type { DashboardAccessView, DashboardData } from '../../contract/dashboard.js';
import { ApiProblems } from '../common/http/api-docs.js';
import { CountsAsAuth, Open } from '../common/http/route-marks.js';
import { DashboardAccess, dashboardCookie } from './dashboard-access.js';
import { dashboardAccessSchema, dashboardSchema } from './dashboard-schema.js';
import { DashboardService } from './dashboard.service.js';
import { DashboardQuery } from './dto/dashboard.query.js';
import { DashboardSessionDto } from './dto/dashboard-session.dto.js';

/** What the page asks for; not under the API's prefix. Open to the guards: {@link DashboardAccess} decides. */
@ApiTags('operations')
@ApiProblems('rate_limited')
@Open()
@Controller('dashboard/api')
export class DashboardController {
  constructor(
    private readonly dashboard: DashboardService,
    private readonly access: DashboardAccess,
  ) {}

  @Get('data')
  @Header('Cache-Control', 'no-store')
  @ApiBearerAuth()
  @ApiOperation({
    summary:
      'Everything that the dashboard shows: state, system, database, realtime, performance, logs, an hour of series',
    description:
      'Open with `DASHBOARD_ACCESS=open`; else by cookie, by `Authorization: Bearer` with `DASHBOARD_TOKEN` (`token`), or with the access token of an admin (`admin`).',
  })
  @ApiOkResponse({ content: { 'application/json': { schema: dashboardSchema, example: dashboardExample } } })
  @ApiProblems('validation_failed', 'unauthenticated', 'token_expired', 'session_revoked', 'forbidden', 'unavailable')
  async view(@Query() { correlationId }: DashboardQuery, @Req() request: Request): Promise<DashboardData> {
    await this.access.require(request);
    return this.dashboard.view(correlationId ?? null);
  }

  @Get('access')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Who sees the dashboard, and whether this browser does' })
  @ApiOkResponse({ content: { 'application/json': { schema: dashboardAccessSchema } } })
  @ApiProblems('unavailable')
  viewAccess(@Req() request: Request): Promise<DashboardAccessView> {
    return this.access.view(request);
  }

  @Post('session')
  @HttpCode(204)
  @CountsAsAuth()
  @ApiOperation({
    summary: 'Show the dashboard to an admin who has logged in: sets its cookie, which ends with the session',
  })
  @ApiNoContentResponse()
  @ApiProblems(
    'validation_failed',
    'malformed_json',
    'unauthenticated',
    'token_expired',
    'session_revoked',
    'forbidden',
    'unavailable',
  )
  async begin(
    @Body() { accessToken }: DashboardSessionDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    const cookie = await this.access.begin(accessToken);
    response.cookie(dashboardCookie, cookie, this.access.cookieOptions(request));
  }

  @Delete('session')
  @HttpCode(204)
  @ApiOperation({ summary: 'Leave the dashboard: ends the session that its cookie came with, and the cookie' })
  @ApiNoContentResponse()
  @ApiProblems('unavailable')
  async end(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    await this.access.end(request);
    response.clearCookie(dashboardCookie, this.access.cookieOptions(request));
  }
}
