import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';

import { GroupsModule } from '../groups/groups.module.js';
import { MessageTimeline } from '../messages/message-timeline.js';
import { MessagesModule } from '../messages/messages.module.js';
import { LogTailsService } from './log-tails.service.js';
import { MessageTimelineService } from './message-timeline.service.js';
import { FollowedGroups } from './followed-groups.js';
import { SearchCandidates } from './search-candidates.js';
import { SearchController } from './search.controller.js';
import { SearchEntriesRepository } from './search-entries.repository.js';
import { searchEntryModel, searchEntrySchema } from './search-entry.schema.js';
import { SearchIndexer } from './search-indexer.js';
import { SearchProgressRepository } from './search-progress.repository.js';
import { searchProgressModel, searchProgressSchema } from './search-progress.schema.js';
import { SearchService } from './search.service.js';
import { SearchSweep } from './search-sweep.js';
import { TimelineRepository } from './timeline.repository.js';

/** Global, because it gives the messages module the `MessageTimeline` that it asks for without knowing who has it. */
@Global()
@Module({
  imports: [
    GroupsModule,
    MessagesModule,
    MongooseModule.forFeature([
      { name: searchEntryModel, schema: searchEntrySchema },
      { name: searchProgressModel, schema: searchProgressSchema },
    ]),
  ],
  controllers: [SearchController],
  providers: [
    SearchService,
    SearchCandidates,
    SearchEntriesRepository,
    SearchProgressRepository,
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
