import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

import { ConfigModule } from '../../src/config/config.module.js';
import { loadSettings } from '../../src/config/load-settings.js';
import { readSettings, type Settings } from '../../src/config/settings.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { openDatabase, type Database } from '../../src/database/database.js';
import { UserRecordsModule } from '../../src/users/user-records.module.js';
import { UsersRepository } from '../../src/users/users.repository.js';

/** There is nothing to work on; the message says what to do. */
export class NoDatabaseError extends Error {
  override readonly name = 'NoDatabaseError';
}

@Module({})
class UserDatabaseModule {
  static on(settings: Settings, database: Database): DynamicModule {
    return {
      module: UserDatabaseModule,
      imports: [ConfigModule.with(settings), DatabaseModule.on(database), UserRecordsModule],
    };
  }
}

/**
 * Does something with the users of the database that the settings name, without a server.
 *
 * @throws InvalidSettings, NoDatabaseError, EmbeddedMongodbError, or what the driver throws
 */
export async function withUsers<Result>(
  environment: Readonly<Record<string, string | undefined>>,
  work: (users: UsersRepository) => Promise<Result>,
): Promise<Result> {
  const settings = existingDatabase(environment);
  // What is wrong is thrown, and told once.
  Logger.overrideLogger(false);
  const database = await openDatabase(settings);
  try {
    const context = await NestFactory.createApplicationContext(UserDatabaseModule.on(settings, database), {
      logger: false,
      abortOnError: false,
    });
    try {
      return await work(context.get(UsersRepository, { strict: false }));
    } finally {
      await context.close();
    }
  } finally {
    await database.stop();
  }
}

/** A mistyped folder must not become a new, empty database. */
function existingDatabase(environment: Readonly<Record<string, string | undefined>>): Settings {
  const { MONGODB_URI, DATA_DIR } = readSettings(environment);
  if (MONGODB_URI === undefined && !existsSync(join(DATA_DIR, 'mongodb'))) {
    throw new NoDatabaseError(`There is no database in ${resolve(DATA_DIR)}. Set DATA_DIR, or MONGODB_URI.`);
  }
  return loadSettings(environment);
}
