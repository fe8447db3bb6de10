import { Module } from '@nestjs/common';

import { UsersModule } from '../users/users.module.js';
import { HealthController } from './health.controller.js';
import { LimitsController } from './limits.controller.js';
import { LimitsService } from './limits.service.js';
import { Readiness } from './readiness.js';

@Module({
  imports: [UsersModule],
  controllers: [HealthController, LimitsController],
  providers: [Readiness, LimitsService],
  exports: [Readiness],
})
export class MonitoringModule {}
