import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';

import { LogArchiveRepository } from './log/log-archive.repository.js';
import { LogRepository } from './log/log.repository.js';
import { messageModel, messageSchema } from './message.schema.js';

/** The logs as stored, for the messages module, and for tools that run without a server. */
@Module({
  imports: [MongooseModule.forFeature([{ name: messageModel, schema: messageSchema }])],
  providers: [LogRepository, LogArchiveRepository],
  exports: [LogRepository, LogArchiveRepository, MongooseModule],
})
export class MessageRecordsModule {}
