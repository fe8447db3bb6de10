import { Module } from '@nestjs/common';

import { ConversationsController } from './conversations.controller.js';
import { ConversationsService } from './conversations.service.js';
import { ErasingService } from './erasing.service.js';
import { ObservatoryFeed } from './observatory-feed.js';
import { ObservatoryRecordsModule } from './observatory-records.module.js';
import { ObservatoryStatusController } from './observatory-status.controller.js';
import { ObservatoryStatusService } from './observatory-status.service.js';
import { ProjectsController } from './projects.controller.js';
import { ProjectsService } from './projects.service.js';
import { ReadingThread } from './reading-thread.js';

/** Needs `Admins`, which the users module provides to all. */
@Module({
  imports: [ObservatoryRecordsModule],
  controllers: [ProjectsController, ConversationsController, ObservatoryStatusController],
  providers: [
    ProjectsService,
    ConversationsService,
    ErasingService,
    ObservatoryStatusService,
    ObservatoryFeed,
    ReadingThread,
  ],
  exports: [ObservatoryStatusService],
})
export class ObservatoryModule {}
