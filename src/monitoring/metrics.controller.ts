import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';

import { ApiProblems } from '../common/http/api-docs.js';
import { Open } from '../common/http/route-marks.js';
import { DashboardAccess } from './dashboard-access.js';
import { Metrics } from './metrics.js';

/** For Prometheus; not under the API's prefix. */
@ApiTags('operations')
@Open()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly access: DashboardAccess,
  ) {}

  @Get()
  @ApiBearerAuth()
  @ApiOperation({
    summary: 'Metrics in the text format of Prometheus',
    description: 'For whoever may see the dashboard, and for `Authorization: Bearer` with `DASHBOARD_TOKEN`.',
  })
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' }, example: 'confab_ready 1' } } })
  @ApiProblems('unauthenticated', 'token_expired', 'session_revoked', 'forbidden', 'rate_limited', 'unavailable')
  async read(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.access.requireForMetrics(request);
    const text = await this.metrics.text();
    response.setHeader('Cache-Control', 'no-store');
    response.type(this.metrics.contentType).send(text);
  }
}
