import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';

import { userModel, userSchema } from './user.schema.js';
import { UsersRepository } from './users.repository.js';

/** The users as stored, for the users module, and for tools that run without a server. */
@Module({
  imports: [MongooseModule.forFeature([{ name: userModel, schema: userSchema }])],
  providers: [UsersRepository],
  exports: [UsersRepository],
})
export class UserRecordsModule {}
