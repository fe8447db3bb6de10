import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

import { PasswordsService } from '../../src/auth/passwords.service.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { loadSettings } from '../../src/config/load-settings.js';
import type { Settings } from '../../src/config/settings.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { openDatabase, type Database } from '../../src/database/database.js';
import { IndexBuilder } from '../../src/database/index-builder.js';
import { GroupRecordsModule } from '../../src/groups/group-records.module.js';
import { GroupsRepository } from '../../src/groups/groups.repository.js';
import { MembershipsRepository } from '../../src/groups/memberships.repository.js';
import { LogRepository } from '../../src/messages/log/log.repository.js';
import { MessageRecordsModule } from '../../src/messages/message-records.module.js';
import { SearchEntriesRepository } from '../../src/search/search-entries.repository.js';
import { SearchProgressRepository } from '../../src/search/search-progress.repository.js';
import { SearchRecordsModule } from '../../src/search/search-records.module.js';
import { UserRecordsModule } from '../../src/users/user-records.module.js';
import { UsersRepository } from '../../src/users/users.repository.js';

/** Everything that is written to, without a server. */
export interface SeedDatabase {
  /** Where it is, for people. */
  name: string;
  users: UsersRepository;
  groups: GroupsRepository;
  memberships: MembershipsRepository;
  log: LogRepository;
  entries: SearchEntriesRepository;
  progress: SearchProgressRepository;
  indexes: IndexBuilder;
  hash: (password: string) => Promise<string>;
}

@Module({})
class SeedModule {
  static on(settings: Settings, database: Database): DynamicModule {
    // An index that is made when all is there costs a fraction of one that is kept up with each write.
    const withoutIndexes = { ...settings, MONGODB_AUTO_INDEX: false };
    return {
      module: SeedModule,
      imports: [
        ConfigModule.with(withoutIndexes),
        DatabaseModule.on(database),
        UserRecordsModule,
        GroupRecordsModule,
        MessageRecordsModule,
        SearchRecordsModule,
      ],
    };
  }
}

/**
 * Does something with the database that the settings name, without a server.
 *
 * @throws InvalidSettings, EmbeddedMongodbError, or what the driver throws
 */
export async function withSeedDatabase<Result>(
  environment: Readonly<Record<string, string | undefined>>,
  work: (database: SeedDatabase) => Promise<Result>,
): Promise<Result> {
  const settings = loadSettings(environment);
  // What is wrong is thrown, and told once.
  Logger.overrideLogger(false);
  const database = await openDatabase(settings);
  try {
    const context = await NestFactory.createApplicationContext(SeedModule.on(settings, database), {
      logger: false,
      abortOnError: false,
    });
    try {
      const passwords = new PasswordsService(settings);
      return await work({
        name: database.isEmbedded ? settings.DATA_DIR : `${settings.DATABASE_NAME} of MONGODB_URI`,
        users: context.get(UsersRepository, { strict: false }),
        groups: context.get(GroupsRepository, { strict: false }),
        memberships: context.get(MembershipsRepository, { strict: false }),
        log: context.get(LogRepository, { strict: false }),
        entries: context.get(SearchEntriesRepository, { strict: false }),
        progress: context.get(SearchProgressRepository, { strict: false }),
        indexes: context.get(IndexBuilder, { strict: false }),
        hash: (password) => passwords.hash(password),
      });
    } finally {
      await context.close();
    }
  } finally {
    await database.stop();
  }
}
