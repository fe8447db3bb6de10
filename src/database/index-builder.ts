import { setTimeout as sleep } from 'node:timers/promises';

import { Inject, Injectable, Optional, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { mongo, type Collection, type Connection } from 'mongoose';

import { OnlyNode } from '../common/only-node.js';
import { OtherNodes } from '../common/other-nodes.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { DATABASE, type Database } from './database.js';
import { isEmbeddedUri } from './embedded/socket-address.js';

/**
 * What a server of MongoDB does without being told, and the embedded engine does not: an index keeps what its keys have in
 * common once. Ids of groups stand at the beginning of most of ours; without it they take several times the room.
 */
const prefixCompressed = { storageEngine: { wiredTiger: { configString: 'prefix_compression=true' } } };

/** A node that dies over it is followed by another one; of the same index the database makes one. */
const turnMs = 30_000;
const lookEveryMs = 500;

/** Makes every index that the schemas ask for, before the server is ready: the log's promises rest on them. */
@Injectable()
export class IndexBuilder implements OnApplicationBootstrap {
  private readonly storage;

  constructor(
    @InjectConnection() private readonly connection: Connection,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DATABASE) { uri }: Database,
    // A tool for the terminal has no other nodes to ask.
    @Optional() private readonly nodes: OtherNodes = new OnlyNode(),
  ) {
    this.storage = isEmbeddedUri(uri) ? prefixCompressed : {};
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.MONGODB_AUTO_INDEX) await this.buildOnOneNode();
  }

  /** Of many nodes that start at once, one makes the indexes; the others wait until they are there. */
  private async buildOnOneNode(): Promise<void> {
    while (!(await this.nodes.takeTurn('indexes', turnMs))) {
      if (await this.areThere()) return;
      await sleep(lookEveryMs);
    }
    await this.build();
  }

  private async areThere(): Promise<boolean> {
    const collections = Object.values(this.connection.models).filter(({ schema }) => schema.indexes().length > 0);
    const missing = await Promise.all(
      collections.map(async ({ schema, collection }) => {
        const present = new Set((await indexesOf(collection)).map(({ key }) => JSON.stringify(key)));
        return schema.indexes().some(([key]) => !present.has(JSON.stringify(key)));
      }),
    );
    return !missing.includes(true);
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

const namespaceNotFound = 26;

/** None where there is no collection yet. */
async function indexesOf(collection: Pick<Collection, 'indexes'>): Promise<{ key: object }[]> {
  try {
    return await collection.indexes();
  } catch (error) {
    if (error instanceof mongo.MongoServerError && error.code === namespaceNotFound) return [];
    throw error;
  }
}
