import { Module } from '@nestjs/common';

import { HealthController } from './health.controller.js';
import { LimitsController } from './limits.controller.js';
import { Readiness } from './readiness.js';

@Module({
  controllers: [HealthController, LimitsController],
  providers: [Readiness],
  exports: [Readiness],
})
export class MonitoringModule {}
