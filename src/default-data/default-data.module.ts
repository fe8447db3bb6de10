import { Module } from '@nestjs/common';

import { AuthModule } from '../auth/auth.module.js';
import { GroupsModule } from '../groups/groups.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { UsersModule } from '../users/users.module.js';
import { DefaultDataService } from './default-data.service.js';

@Module({ imports: [AuthModule, UsersModule, GroupsModule, MessagesModule], providers: [DefaultDataService] })
export class DefaultDataModule {}
