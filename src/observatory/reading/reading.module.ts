import { Module, type DynamicModule } from '@nestjs/common';

import { Clock } from '../../common/clock.js';
import { ConfigModule } from '../../config/config.module.js';
import { DatabaseModule } from '../../database/database.module.js';
import { ObservatoryRecordsModule } from '../observatory-records.module.js';
import { BatchWriter } from './batch-writer.js';
import { Folding } from './folding.js';
import { ReadingNews } from './reading-news.js';
import type { ReadingTask } from './reading.messages.js';
import { TranscriptReader } from './transcript-reader.js';
import { TranscriptWatcher } from './transcript-watcher.js';

/** Connections to the database: batches, folding, and one to spare. */
const poolSize = 4;

/** All that the thread needs that reads transcripts; the server itself has none of it. */
@Module({})
export class ReadingModule {
  static for({ settings, databaseUri }: Pick<ReadingTask, 'settings' | 'databaseUri'>): DynamicModule {
    // The server makes the indexes, and logs what it asks the database.
    const own = { ...settings, MONGODB_AUTO_INDEX: false, MONGODB_POOL_SIZE: poolSize, LOG_DB_QUERIES: false };
    const database = { uri: databaseUri, isEmbedded: false, stop: () => Promise.resolve() };
    return {
      module: ReadingModule,
      imports: [ConfigModule.with(own), DatabaseModule.on(database), ObservatoryRecordsModule],
      providers: [Clock, ReadingNews, Folding, BatchWriter, TranscriptReader, TranscriptWatcher],
    };
  }
}
