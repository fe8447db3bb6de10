import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';

import { SearchEntriesRepository } from './search-entries.repository.js';
import { searchEntryModel, searchEntrySchema } from './search-entry.schema.js';
import { SearchProgressRepository } from './search-progress.repository.js';
import { searchProgressModel, searchProgressSchema } from './search-progress.schema.js';

/** Search entries as stored, for the search module, and for tools that run without a server. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: searchEntryModel, schema: searchEntrySchema },
      { name: searchProgressModel, schema: searchProgressSchema },
    ]),
  ],
  providers: [SearchEntriesRepository, SearchProgressRepository],
  exports: [SearchEntriesRepository, SearchProgressRepository, MongooseModule],
})
export class SearchRecordsModule {}
