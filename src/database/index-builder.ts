import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection, mongo } from 'mongoose';

import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';

/** Makes every index that the schemas ask for, before the server is ready: the log's promises rest on them. */
@Injectable()
export class IndexBuilder implements OnApplicationBootstrap {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.MONGODB_AUTO_INDEX) await this.build();
  }

  /** Those of a collection in one command: where there is much already, it is then read once for all of them. */
  async build(): Promise<void> {
    await Promise.all(
      Object.values(this.connection.models).map(async ({ schema, collection }) => {
        const indexes = schema.indexes().map(([key, options]) => ({ key, ...options }));
        if (indexes.length > 0) await collection.createIndexes(indexes as mongo.IndexDescription[], {});
      }),
    );
  }
}
