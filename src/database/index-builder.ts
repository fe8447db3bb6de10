import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection, mongo } from 'mongoose';

import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { DATABASE, type Database } from './database.js';
import { isEmbeddedUri } from './embedded/socket-address.js';

/**
 * What a server of MongoDB does without being told, and the embedded engine does not: an index keeps what its keys have in
 * common once. Ids of groups stand at the beginning of most of ours; without it they take several times the room.
 */
const prefixCompressed = { storageEngine: { wiredTiger: { configString: 'prefix_compression=true' } } };

/** Makes every index that the schemas ask for, before the server is ready: the log's promises rest on them. */
@Injectable()
export class IndexBuilder implements OnApplicationBootstrap {
  private readonly storage;

  constructor(
    @InjectConnection() private readonly connection: Connection,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DATABASE) { uri }: Database,
  ) {
    this.storage = isEmbeddedUri(uri) ? prefixCompressed : {};
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.MONGODB_AUTO_INDEX) await this.build();
  }

  /** Those of a collection in one command: where there is much already, it is then read once for all of them. */
  async build(): Promise<void> {
    await Promise.all(
      Object.values(this.connection.models).map(async ({ schema, collection }) => {
        const indexes = schema.indexes().map(([key, options]) => ({ key, ...options, ...this.storage }));
        if (indexes.length > 0) await collection.createIndexes(indexes as mongo.IndexDescription[], {});
      }),
    );
  }
}
