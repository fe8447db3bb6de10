import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';

import { sessionModel, sessionSchema } from './session.schema.js';
import { SessionsRepository } from './sessions.repository.js';

/** The sessions as stored, for the auth module, and for tools that run without a server. */
@Module({
  imports: [MongooseModule.forFeature([{ name: sessionModel, schema: sessionSchema }])],
  providers: [SessionsRepository],
  exports: [SessionsRepository],
})
export class SessionRecordsModule {}
