import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { mongo, trusted, type Model, type QueryFilter } from 'mongoose';

import type { GroupId, UserId } from '../common/ids.js';
import { hasOnlyDuplicateKeys } from '../database/duplicate-key.js';
import { toSearchEntry, type IndexedMessage } from './search-entry.js';
import { searchEntryModel, type SearchEntryRecord } from './search-entry.schema.js';
import type { TermCondition } from './search-query.js';

/** Where an entry lies: all that is needed to order those that were found, newest first. */
export type EntryPlace = Pick<SearchEntryRecord, 'groupId' | 'seq' | 'createdAt'>;

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

  /** How many entries have a term; counted no further than `limit`, from the index alone. */
  async count(groupIds: readonly GroupId[], condition: TermCondition, span: TimeSpan, limit: number): Promise<number> {
    return this.entries.countDocuments(inIndex(groupIds, condition, span), { limit });
  }

  /** The newest entries that have a term, newest first; from the index alone. */
  async listNewest(
    groupIds: readonly GroupId[],
    condition: TermCondition,
    span: TimeSpan,
    limit: number,
  ): Promise<EntryPlace[]> {
    return this.entries
      .find(inIndex(groupIds, condition, span))
      .sort({ createdAt: -1, groupId: -1, seq: -1 })
      .limit(limit)
      .select({ _id: 0, groupId: 1, seq: 1, createdAt: 1 })
      .lean<EntryPlace[]>();
  }

  /** Those of some entries that have all of these terms, and are by this sender. */
  async listMatching(
    ids: readonly string[],
    conditions: readonly TermCondition[],
    senderId: UserId | undefined,
  ): Promise<SearchEntryRecord[]> {
    const filter: QueryFilter<SearchEntryRecord> = { _id: trusted({ $in: [...ids] }) };
    if (senderId !== undefined) filter.senderId = senderId;
    if (conditions.length > 0) filter.$and = conditions.map((condition) => ({ terms: toTerm(condition) }));
    return this.entries.find(filter).lean<SearchEntryRecord[]>();
  }

  async deleteOfGroup(groupId: GroupId): Promise<void> {
    await this.entries.deleteMany({ groupId });
  }
}

/** What the index answers without a look at an entry: no more than one term, and its own fields. */
function inIndex(
  groupIds: readonly GroupId[],
  condition: TermCondition,
  { from, to }: TimeSpan,
): QueryFilter<SearchEntryRecord> {
  const filter: QueryFilter<SearchEntryRecord> = {
    groupId: trusted({ $in: [...groupIds] }),
    terms: toTerm(condition),
  };
  if (from !== null || to !== null) {
    filter.createdAt = trusted({ ...(from !== null && { $gte: from }), ...(to !== null && { $lte: to }) });
  }
  return filter;
}

/**
 * A regular expression and not a range: of an array, a range holds when one value is above its beginning and another
 * below its end; and with `$elemMatch` the database reads the documents. Terms are letters, digits and marks: nothing in
 * them is special in a regular expression.
 */
function toTerm({ text, isBeginning }: TermCondition) {
  return trusted(isBeginning ? { $regex: `^${text}` } : { $eq: text });
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
