import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';

import { Admins } from '../common/admins.js';
import { AccountDeletionSweep } from './account-deletion-sweep.js';
import { AccountDeletionService } from './account-deletion.service.js';
import { AdminAccess } from './admin-access.js';
import { AdminUsersController } from './admin-users.controller.js';
import { blockModel, blockSchema } from './block.schema.js';
import { BlocksController } from './blocks.controller.js';
import { BlocksRepository } from './blocks.repository.js';
import { BlocksService } from './blocks.service.js';
import { ProfileService } from './profile.service.js';
import { UserAdministrationService } from './user-administration.service.js';
import { UserDirectoryService } from './user-directory.service.js';
import { UserRecordsModule } from './user-records.module.js';
import { UsersController } from './users.controller.js';
import { UsersService } from './users.service.js';

/**
 * Needs what other modules provide to all: `UserPresence` and `PresenceAudience`, `UserSessions`, `UserMemberships` and
 * `UserFiles`. Global, because it gives `Admins` to modules that do not know users.
 */
@Global()
@Module({
  imports: [UserRecordsModule, MongooseModule.forFeature([{ name: blockModel, schema: blockSchema }])],
  controllers: [BlocksController, UsersController, AdminUsersController],
  providers: [
    UsersService,
    UserDirectoryService,
    ProfileService,
    BlocksService,
    BlocksRepository,
    UserAdministrationService,
    AccountDeletionService,
    AccountDeletionSweep,
    AdminAccess,
    { provide: Admins, useExisting: AdminAccess },
  ],
  exports: [UsersService, ProfileService, BlocksService, AccountDeletionService, AdminAccess, Admins],
})
export class UsersModule {}
