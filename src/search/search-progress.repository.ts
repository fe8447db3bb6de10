import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model } from 'mongoose';

import type { GroupId } from '../common/ids.js';
import { searchProgressModel, type SearchProgressRecord } from './search-progress.schema.js';

@Injectable()
export class SearchProgressRepository {
  constructor(@InjectModel(searchProgressModel) private readonly progress: Model<SearchProgressRecord>) {}

  async listByIds(groupIds: readonly GroupId[]): Promise<SearchProgressRecord[]> {
    return this.progress.find({ _id: trusted({ $in: [...groupIds] }) }).lean<SearchProgressRecord[]>();
  }

  /** Notes how far groups are. What another node has noted may be a little further: then some is done once more. */
  async save(records: readonly SearchProgressRecord[]): Promise<void> {
    if (records.length === 0) return;
    const operations = records.map(({ _id, ...progress }) => ({
      updateOne: { filter: { _id }, update: { $set: progress }, upsert: true },
    }));
    await this.progress.bulkWrite(operations, { ordered: false });
  }
}
