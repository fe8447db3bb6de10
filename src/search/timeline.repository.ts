import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model, type QueryFilter } from 'mongoose';

import { compareTimePlaces, type TimelineFilter, type TimePlace } from '../messages/message-timeline.js';
import { indexes, maxGroupsMerged, searchEntryModel, type SearchEntryRecord } from './search-entry.schema.js';

/** The entries of many groups by time; each query is answered from an index alone. */
@Injectable()
export class TimelineRepository {
  constructor(@InjectModel(searchEntryModel) private readonly entries: Model<SearchEntryRecord>) {}

  /** The newest that are not deleted, behind a place if one is given. */
  async listNewest(
    { groupIds, senderId }: TimelineFilter,
    before: TimePlace | null,
    limit: number,
  ): Promise<TimePlace[]> {
    if (senderId !== undefined) {
      return this.list({ senderId, groupId: trusted({ $in: [...groupIds] }) }, before, limit, indexes.senders);
    }
    const parts: Promise<TimePlace[]>[] = [];
    for (let index = 0; index < groupIds.length; index += maxGroupsMerged) {
      const some = groupIds.slice(index, index + maxGroupsMerged);
      parts.push(this.list({ groupId: trusted({ $in: some }) }, before, limit, indexes.times));
    }
    return (await Promise.all(parts)).flat().sort(compareTimePlaces).slice(0, limit);
  }

  private async list(
    filter: QueryFilter<SearchEntryRecord>,
    before: TimePlace | null,
    limit: number,
    index: Record<string, 1 | -1>,
  ): Promise<TimePlace[]> {
    const query = this.entries.find({ ...filter, isDeleted: false });
    if (before !== null) {
      const { createdAt, _id } = before;
      // The first condition bounds the index, the second drops what was given out already of the same millisecond.
      void query
        .and([{ createdAt: trusted({ $lte: createdAt }) }])
        .or([{ createdAt: trusted({ $lt: createdAt }) }, { messageId: trusted({ $lt: _id }) }]);
    }
    const rows = await query
      .sort({ createdAt: -1, messageId: -1 })
      .select({ _id: 0, messageId: 1, createdAt: 1 })
      .limit(limit)
      // Else the planner tries for each of the groups which index is the best.
      .hint(index)
      .lean<Pick<SearchEntryRecord, 'messageId' | 'createdAt'>[]>();
    return rows.map(({ messageId, createdAt }) => ({ _id: messageId, createdAt }));
  }
}
