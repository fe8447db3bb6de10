import { Global, Module } from '@nestjs/common';

import { GroupsModule } from '../groups/groups.module.js';
import { MessageTimeline } from '../messages/message-timeline.js';
import { MessagesModule } from '../messages/messages.module.js';
import { LogTailsService } from './log-tails.service.js';
import { MessageTimelineService } from './message-timeline.service.js';
import { FollowedGroups } from './followed-groups.js';
import { SearchCandidates } from './search-candidates.js';
import { SearchController } from './search.controller.js';
import { SearchIndexer } from './search-indexer.js';
import { SearchRecordsModule } from './search-records.module.js';
import { SearchService } from './search.service.js';
import { SearchSweep } from './search-sweep.js';
import { TimelineRepository } from './timeline.repository.js';

/** Global, because it gives the messages module the `MessageTimeline` that it asks for without knowing who has it. */
@Global()
@Module({
  imports: [GroupsModule, MessagesModule, SearchRecordsModule],
  controllers: [SearchController],
  providers: [
    SearchService,
    SearchCandidates,
    FollowedGroups,
    SearchIndexer,
    SearchSweep,
    TimelineRepository,
    LogTailsService,
    { provide: MessageTimeline, useClass: MessageTimelineService },
  ],
  exports: [MessageTimeline],
})
export class SearchModule {}
