import { type DynamicModule, Module } from '@nestjs/common';
import { LoggerModule, type Params } from 'nestjs-pino';

import { AttachmentsModule } from './attachments/attachments.module.js';
import { AuthModule } from './auth/auth.module.js';
import { CommonModule } from './common/common.module.js';
import { ConfigModule } from './config/config.module.js';
import type { Settings } from './config/settings.js';
import { DatabaseModule } from './database/database.module.js';
import type { Database } from './database/database.js';
import { DefaultDataModule } from './default-data/default-data.module.js';
import { DocsModule } from './docs/docs.module.js';
import { GroupsModule } from './groups/groups.module.js';
import { MessagesModule } from './messages/messages.module.js';
import { MonitoringModule } from './monitoring/monitoring.module.js';
import { NodesModule } from './nodes/nodes.module.js';
import { ObservatoryModule } from './observatory/observatory.module.js';
import { PagesModule } from './pages/pages.module.js';
import { RealtimeModule } from './realtime/realtime.module.js';
import { SearchModule } from './search/search.module.js';
import { UsersModule } from './users/users.module.js';

/** All modules; the only file that knows them all. */
@Module({})
export class AppModule {
  static with(settings: Settings, database: Database, logging: Params): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(settings),
        LoggerModule.forRoot(logging),
        CommonModule,
        DatabaseModule.on(database),
        NodesModule.with(settings),
        AuthModule,
        UsersModule,
        GroupsModule,
        MessagesModule,
        AttachmentsModule,
        SearchModule,
        ObservatoryModule,
        RealtimeModule,
        MonitoringModule,
        DocsModule,
        PagesModule,
        DefaultDataModule,
      ],
    };
  }
}
