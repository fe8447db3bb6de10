import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';

import { ProfileService } from './profile.service.js';
import { UserDirectoryService } from './user-directory.service.js';
import { userModel, userSchema } from './user.schema.js';
import { UsersController } from './users.controller.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

/** Needs a `UserPresence` and a `PresenceAudience`, which the realtime module provides to all. */
@Module({
  imports: [MongooseModule.forFeature([{ name: userModel, schema: userSchema }])],
  controllers: [UsersController],
  providers: [UsersService, UserDirectoryService, ProfileService, UsersRepository],
  exports: [UsersService, ProfileService],
})
export class UsersModule {}
