import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';

import { GroupLog } from '../groups/group-log.js';
import { GroupsModule } from '../groups/groups.module.js';
import { UsersModule } from '../users/users.module.js';
import { LogRepository } from './log/log.repository.js';
import { LogWriter } from './log/log-writer.js';
import { MessageHistoryService } from './message-history.service.js';
import { MessageLogService } from './message-log.service.js';
import { messageModel, messageSchema } from './message.schema.js';
import { MessagesController } from './messages.controller.js';
import { MessagesRepository } from './messages.repository.js';
import { MessagesService } from './messages.service.js';

/** Global, because it gives the groups module the `GroupLog` that it asks for without knowing who has it. */
@Global()
@Module({
  imports: [UsersModule, GroupsModule, MongooseModule.forFeature([{ name: messageModel, schema: messageSchema }])],
  controllers: [MessagesController],
  providers: [
    MessagesService,
    MessageHistoryService,
    MessagesRepository,
    LogRepository,
    LogWriter,
    MessageLogService,
    { provide: GroupLog, useExisting: MessageLogService },
  ],
  exports: [MessagesService, MessageHistoryService, LogWriter, GroupLog],
})
export class MessagesModule {}
