import { Module } from '@nestjs/common';

import { GroupsModule } from '../groups/groups.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { ObservatoryModule } from '../observatory/observatory.module.js';
import { UsersModule } from '../users/users.module.js';
import { CacheGauges } from './cache-gauges.js';
import { DashboardAccess } from './dashboard-access.js';
import { DashboardController } from './dashboard.controller.js';
import { DashboardPageController } from './dashboard-page.controller.js';
import { DashboardLogsService } from './dashboard-logs.service.js';
import { DashboardService } from './dashboard.service.js';
import { DatabaseCounts } from './database-counts.js';
import { HealthController } from './health.controller.js';
import { LimitsController } from './limits.controller.js';
import { LimitsService } from './limits.service.js';
import { Metrics } from './metrics.js';
import { MetricsController } from './metrics.controller.js';
import { Readiness } from './readiness.js';
import { RuntimeWatch } from './runtime-watch.js';
import { Series } from './series.js';

/** Needs what the realtime module provides to all: `RealtimeGauges`. */
@Module({
  imports: [UsersModule, GroupsModule, MessagesModule, ObservatoryModule],
  controllers: [HealthController, LimitsController, DashboardController, DashboardPageController, MetricsController],
  providers: [
    Readiness,
    LimitsService,
    RuntimeWatch,
    Series,
    DatabaseCounts,
    DashboardAccess,
    CacheGauges,
    Metrics,
    DashboardLogsService,
    DashboardService,
  ],
  exports: [Readiness],
})
export class MonitoringModule {}
