import { Module } from '@nestjs/common';

import { AdminAccess } from './admin-access.js';
import { AdminUsersController } from './admin-users.controller.js';
import { ProfileService } from './profile.service.js';
import { UserAdministrationService } from './user-administration.service.js';
import { UserDirectoryService } from './user-directory.service.js';
import { UserRecordsModule } from './user-records.module.js';
import { UsersController } from './users.controller.js';
import { UsersService } from './users.service.js';

/** Needs a `UserPresence` and a `PresenceAudience`, which the realtime module provides to all, and the auth module's `UserSessions`. */
@Module({
  imports: [UserRecordsModule],
  controllers: [UsersController, AdminUsersController],
  providers: [UsersService, UserDirectoryService, ProfileService, UserAdministrationService, AdminAccess],
  exports: [UsersService, ProfileService, AdminAccess],
})
export class UsersModule {}
