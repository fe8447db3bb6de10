import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

import { dashboardExample } from '../../contract/dashboard-example.js';
import type { DashboardData } from '../../contract/dashboard.js';
import { ApiProblems } from '../common/http/api-docs.js';
import { Open } from '../common/http/route-marks.js';
import { dashboardSchema } from './dashboard-schema.js';
import { DashboardService } from './dashboard.service.js';
import { DashboardQuery } from './dto/dashboard.query.js';

/** What the page asks for; not under the API's prefix. */
@ApiTags('operations')
@Open()
@Controller('dashboard/api')
export class DashboardController {
  constructor(private readonly dashboard: DashboardService) {}

  @Get('data')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary:
      'Everything that the dashboard shows: state, system, database, realtime, performance, logs, an hour of series',
  })
  @ApiOkResponse({ content: { 'application/json': { schema: dashboardSchema, example: dashboardExample } } })
  @ApiProblems('validation_failed', 'rate_limited')
  view(@Query() { correlationId }: DashboardQuery): Promise<DashboardData> {
    return this.dashboard.view(correlationId ?? null);
  }
}
