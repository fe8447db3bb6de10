import { type DynamicModule, Module } from '@nestjs/common';
import { MongooseModule, type MongooseModuleFactoryOptions } from '@nestjs/mongoose';
import mongoose, { type Connection } from 'mongoose';

import { Telemetry } from '../common/telemetry/telemetry.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { DATABASE, type Database } from './database.js';
import { logCommands, watchCommands, watchPool } from './command-watch.js';
import { DatabaseHealth } from './database-health.js';
import { isEmbeddedUri } from './embedded/socket-address.js';
import { IndexBuilder } from './index-builder.js';

// A filter value from outside is a value, never an operator: `{ $ne: "x" }` is compared as such, and unknown keys
// throw instead of matching everything. Our own operators say `trusted(…)`.
mongoose.set('sanitizeFilter', true);
mongoose.set('strictQuery', 'throw');

/** The connection that all repositories share. */
@Module({})
export class DatabaseModule {
  static on(database: Database): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      imports: [
        MongooseModule.forRootAsync({
          // Tools work without a server, and without anybody who watches.
          inject: [SETTINGS, { token: Telemetry, optional: true }],
          useFactory: (settings: Settings, telemetry?: Telemetry) => connectionOptions(settings, database, telemetry),
        }),
      ],
      providers: [{ provide: DATABASE, useValue: database }, IndexBuilder, DatabaseHealth],
      exports: [DatabaseHealth, IndexBuilder, DATABASE],
    };
  }
}

function connectionOptions(settings: Settings, { uri }: Database, telemetry?: Telemetry): MongooseModuleFactoryOptions {
  return {
    uri,
    dbName: settings.DATABASE_NAME,
    maxPoolSize: settings.MONGODB_POOL_SIZE,
    serverSelectionTimeoutMS: settings.MONGODB_TIMEOUT_MS,
    connectTimeoutMS: settings.MONGODB_TIMEOUT_MS,
    // Acknowledged means: in the journal of a majority. Anything less was seen to be lost when a server was killed. The
    // embedded engine is alone and answers "majority" before its journal has the write: killed while it was busy, it lost
    // 373 of 1,440 acknowledged inserts so, and none of as many with 1.
    writeConcern: { w: isEmbeddedUri(uri) ? 1 : 'majority', journal: true },
    monitorCommands: settings.LOG_DB_QUERIES,
    connectionFactory: (connection: Connection) => {
      if (telemetry?.isOn === true) {
        watchCommands(connection, telemetry);
        watchPool(connection, telemetry);
      }
      if (settings.LOG_DB_QUERIES) logCommands(connection);
      return connection;
    },
    // Indexes are made once, awaited, before the server is ready (IndexBuilder), not in passing.
    autoIndex: false,
    autoCreate: false,
    // A first connection that fails is a fault to report at once, not to repeat for a minute.
    retryAttempts: 0,
  };
}
