import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { Logger, Module, type DynamicModule, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

import { Clock } from '../../src/common/clock.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { loadSettings } from '../../src/config/load-settings.js';
import { readSettings, type Settings } from '../../src/config/settings.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { openDatabase, type Database } from '../../src/database/database.js';
import { DataDirInUseError } from '../../src/database/embedded/embedded-mongodb.error.js';
import { mongodbUri, stableSocketPath } from '../../src/database/embedded/socket-address.js';
import { CannotDoError } from './usage-error.js';

@Module({})
class DatabaseContextModule {
  static on(settings: Settings, database: Database, modules: readonly Type[]): DynamicModule {
    return {
      module: DatabaseContextModule,
      // The clock is for whatever asks for it.
      global: true,
      imports: [ConfigModule.with(settings), DatabaseModule.on(database), ...modules],
      providers: [Clock],
      exports: [Clock],
    };
  }
}

/** How a tool stands to a server that serves the embedded database of the folder at the same moment. */
interface DatabaseUse {
  /**
   * It works beside the server, over the server's own database: for what the server need not be told of, since it keeps
   * nothing of it in memory.
   */
  isShared?: boolean;
  /** There need not be a database yet. */
  isMade?: boolean;
}

/**
 * Does something in the database that the settings name, without a server.
 *
 * @param modules what is needed of the server
 * @throws InvalidSettings, CannotDoError, EmbeddedMongodbError, or what the driver throws
 */
export async function withDatabase<Result>(
  environment: Readonly<Record<string, string | undefined>>,
  modules: readonly Type[],
  work: (context: INestApplicationContext) => Promise<Result>,
  { isShared = false, isMade = false }: DatabaseUse = {},
): Promise<Result> {
  const settings = isMade ? loadSettings(environment) : existingDatabase(environment);
  // What is wrong is thrown, and told once.
  Logger.overrideLogger(false);
  const database = isShared ? await openShared(settings) : await openDatabase(settings);
  try {
    const context = await NestFactory.createApplicationContext(DatabaseContextModule.on(settings, database, modules), {
      logger: false,
      abortOnError: false,
    });
    try {
      return await work(context);
    } finally {
      await context.close();
    }
  } finally {
    await database.stop();
  }
}

/** The address of an embedded database is the same whoever serves it, and open to every process of this user. */
async function openShared(settings: Settings): Promise<Database> {
  try {
    return await openDatabase(settings);
  } catch (error) {
    if (!(error instanceof DataDirInUseError)) throw error;
    return openDatabase({ ...settings, MONGODB_URI: mongodbUri(await stableSocketPath(error.dataDir)) });
  }
}

/** A mistyped folder must not become a new, empty database. */
function existingDatabase(environment: Readonly<Record<string, string | undefined>>): Settings {
  const { MONGODB_URI, DATA_DIR } = readSettings(environment);
  if (MONGODB_URI === undefined && !existsSync(join(DATA_DIR, 'mongodb'))) {
    throw new CannotDoError(`There is no database in ${resolve(DATA_DIR)}. Set DATA_DIR, or MONGODB_URI.`);
  }
  return loadSettings(environment);
}
