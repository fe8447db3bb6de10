import { Global, Module } from '@nestjs/common';

import { GroupLog } from '../groups/group-log.js';
import { GroupsModule } from '../groups/groups.module.js';
import { UsersModule } from '../users/users.module.js';
import { LogAppender } from './log/log-appender.js';
import { LogWriter } from './log/log-writer.js';
import { LogOutlines } from './log-outlines.js';
import { LogSummaries } from './log-summaries.js';
import { UndeliveredMessages } from './undelivered-messages.js';
import { CarriedFilesService } from './carried-files.service.js';
import { CatchUpController } from './catch-up.controller.js';
import { CatchUpService } from './catch-up.service.js';
import { ErasingService } from './erasing.service.js';
import { FormerTextsService } from './former-texts.service.js';
import { MentionsService } from './mentions.service.js';
import { MessageAccess } from './message-access.js';
import { MessageChanger } from './message-changer.js';
import { MessageChangesService } from './message-changes.service.js';
import { MessageHistoryService } from './message-history.service.js';
import { MessageTotalsRepository } from './message-totals.repository.js';
import { MessageViewsService } from './message-views.service.js';
import { MessageLogService } from './message-log.service.js';
import { MessageRecordsModule } from './message-records.module.js';
import { PastMessagesService } from './past-messages.service.js';
import { MyMessagesController } from './my-messages.controller.js';
import { MyMessagesService } from './my-messages.service.js';
import { PinnedMessagesRepository } from './pinned-messages.repository.js';
import { PinsController } from './pins.controller.js';
import { PinsService } from './pins.service.js';
import { ReactionsController } from './reactions.controller.js';
import { ReceiptsService } from './receipts.service.js';
import { ThreadCounts } from './thread-counts.js';
import { ThreadsController } from './threads.controller.js';
import { ThreadsRepository } from './threads.repository.js';
import { ThreadsService } from './threads.service.js';
import { LogReaderService } from './log-reader.service.js';
import { MessagesController } from './messages.controller.js';
import { MessagesRepository } from './messages.repository.js';
import { RecentMessages, RecentMessagesInMemory } from './recent-messages.js';
import { MessagesService } from './messages.service.js';

/**
 * Global, because it gives the groups module the `GroupLog` that it asks for without knowing who has it. Needs a
 * `MessageTimeline` and the `MessageFiles`, which the search and attachments modules provide to all.
 */
@Global()
@Module({
  imports: [UsersModule, GroupsModule, MessageRecordsModule],
  // `messages/mine` before `messages/:id`.
  controllers: [
    MyMessagesController,
    MessagesController,
    CatchUpController,
    ReactionsController,
    PinsController,
    ThreadsController,
  ],
  providers: [
    MessageAccess,
    MentionsService,
    MessagesService,
    MessageChanger,
    MessageChangesService,
    CarriedFilesService,
    ErasingService,
    FormerTextsService,
    PinsService,
    PinnedMessagesRepository,
    MyMessagesService,
    ThreadsService,
    ThreadsRepository,
    ThreadCounts,
    MessageHistoryService,
    MessageViewsService,
    CatchUpService,
    PastMessagesService,
    ReceiptsService,
    MessagesRepository,
    LogAppender,
    LogWriter,
    LogOutlines,
    LogSummaries,
    UndeliveredMessages,
    MessageLogService,
    LogReaderService,
    MessageTotalsRepository,
    { provide: RecentMessages, useClass: RecentMessagesInMemory },
    { provide: GroupLog, useExisting: MessageLogService },
  ],
  exports: [
    MessagesService,
    MessageChangesService,
    MessageViewsService,
    CarriedFilesService,
    CatchUpService,
    PastMessagesService,
    LogReaderService,
    MessageAccess,
    LogWriter,
    GroupLog,
    RecentMessages,
    MessageTotalsRepository,
  ],
})
export class MessagesModule {}
