import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { mongo, trusted, type Model, type QueryFilter } from 'mongoose';

import type { GroupId } from '../common/ids.js';
import { hasOnlyDuplicateKeys } from '../database/duplicate-key.js';
import { toSearchEntry, type IndexedMessage } from './search-entry.js';
import { indexes, maxGroupsMerged, searchEntryModel, type SearchEntryRecord } from './search-entry.schema.js';

/** Where an entry lies: all that is needed to order those that were found, newest first. */
export type EntryPlace = Pick<SearchEntryRecord, 'groupId' | 'seq' | 'createdAt'>;

/** What an entry is ranked by. */
export type RankedEntry = Pick<SearchEntryRecord, '_id' | 'messageId' | 'senderId' | 'hasAttachment' | 'terms'>;

/** Newest first; a total order. */
export function comparePlaces(one: EntryPlace, other: EntryPlace): number {
  return compareMoments(one, other) || (one.groupId < other.groupId ? 1 : one.groupId > other.groupId ? -1 : 0);
}

/** The same without the group: those of several groups can be of one moment. */
export function compareMoments(one: Omit<EntryPlace, 'groupId'>, other: Omit<EntryPlace, 'groupId'>): number {
  return other.createdAt.getTime() - one.createdAt.getTime() || other.seq - one.seq;
}

/** Between which times; both belong to it. */
export interface TimeSpan {
  from: Date | null;
  to: Date | null;
}

type BulkOperation = mongo.AnyBulkWriteOperation;

@Injectable()
export class SearchEntriesRepository {
  constructor(@InjectModel(searchEntryModel) private readonly entries: Model<SearchEntryRecord>) {}

  /**
   * Writes the entries of some messages, in any order, by any number of nodes at once: an entry never goes back to an
   * earlier change. Goes past Mongoose to the driver, as the writer of the log does: casting would cost more.
   */
  async write(messages: readonly IndexedMessage[]): Promise<void> {
    if (messages.length === 0) return;
    try {
      await this.entries.collection.bulkWrite(messages.map(toBulkOperation), { ordered: false });
    } catch (error) {
      // An entry that is there already is of this change or a later one.
      if (!hasOnlyDuplicateKeys(error)) throw error;
    }
  }

  /** How many entries have a key; counted no further than `limit`, from the index alone. */
  async count(groupIds: readonly GroupId[], key: string, span: TimeSpan, limit: number): Promise<number> {
    return this.entries.countDocuments(inIndex(groupIds, key, span), { limit });
  }

  /**
   * The newest entries that have a key, newest first, those of one moment in the order of their places; from the index
   * alone. Where the limit cuts through several groups at the same time and place, any of them are left out.
   */
  async listNewest(groupIds: readonly GroupId[], key: string, span: TimeSpan, limit: number): Promise<EntryPlace[]> {
    const parts: Promise<EntryPlace[]>[] = [];
    for (let index = 0; index < groupIds.length; index += maxGroupsMerged) {
      parts.push(this.listOfSome(groupIds.slice(index, index + maxGroupsMerged), key, span, limit));
    }
    return (await Promise.all(parts)).flat().sort(comparePlaces).slice(0, limit);
  }

  async listByIds(ids: readonly string[]): Promise<RankedEntry[]> {
    if (ids.length === 0) return [];
    return this.entries
      .find({ _id: trusted({ $in: [...ids] }) })
      .select({ messageId: 1, senderId: 1, hasAttachment: 1, terms: 1 })
      .lean<RankedEntry[]>();
  }

  async deleteOfGroup(groupId: GroupId): Promise<void> {
    await this.entries.deleteMany({ groupId });
  }

  private async listOfSome(
    groupIds: readonly GroupId[],
    key: string,
    span: TimeSpan,
    limit: number,
  ): Promise<EntryPlace[]> {
    return (
      this.entries
        .find(inIndex(groupIds, key, span))
        .sort({ createdAt: -1, seq: -1 })
        .limit(limit)
        .select({ _id: 0, groupId: 1, seq: 1, createdAt: 1 })
        // Else the planner tries for each of the groups which index is the best, which takes longer than all of the rest.
        .hint(indexes.words)
        .lean<EntryPlace[]>()
    );
  }
}

/** What the index answers without a look at an entry: no more than one key, and its own fields. */
function inIndex(groupIds: readonly GroupId[], key: string, { from, to }: TimeSpan): QueryFilter<SearchEntryRecord> {
  const filter: QueryFilter<SearchEntryRecord> = { groupId: trusted({ $in: [...groupIds] }), keys: key };
  if (from !== null || to !== null) {
    filter.createdAt = trusted({ ...(from !== null && { $gte: from }), ...(to !== null && { $lte: to }) });
  }
  return filter;
}

/**
 * A new message has no entry, or one that is as new. For a changed one, an entry that is as new does not match, and
 * `upsert` turns that into a duplicate `_id`.
 */
function toBulkOperation(message: IndexedMessage): BulkOperation {
  const { _id, ...entry } = toSearchEntry(message);
  if (message.isNew) {
    return { insertOne: { document: { _id, ...entry } as unknown as mongo.OptionalId<mongo.BSON.Document> } };
  }
  const filter = { _id, rev: { $lt: message.rev } } as unknown as mongo.Filter<mongo.BSON.Document>;
  return { updateOne: { filter, update: { $set: entry }, upsert: true } };
}
