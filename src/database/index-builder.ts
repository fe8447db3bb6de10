import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';

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
    if (!this.settings.MONGODB_AUTO_INDEX) return;
    await Promise.all(Object.values(this.connection.models).map((model) => model.createIndexes()));
  }
}
