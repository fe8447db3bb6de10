import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { mongo, trusted, type Model } from 'mongoose';

import { hasOnlyDuplicateKeys } from '../database/duplicate-key.js';
import { entryModel, type EntryRecord } from './entry.schema.js';
import { entryKeyOf, type ConversationId } from './observatory-ids.js';

/** Where a page of entries in line order goes on. */
export interface EntryPlace {
  order: Date;
  place: string;
}

type Document = mongo.OptionalId<mongo.BSON.Document>;

@Injectable()
export class EntriesRepository {
  constructor(@InjectModel(entryModel) private readonly entries: Model<EntryRecord>) {}

  /**
   * Writes entries, in any order and as often as one likes. Goes past Mongoose to the driver, as the writer of the log does:
   * casting would cost more than all the rest.
   */
  async write(records: readonly EntryRecord[]): Promise<void> {
    if (records.length === 0) return;
    try {
      await this.entries.collection.insertMany(records as unknown as Document[], { ordered: false });
    } catch (error) {
      if (!hasOnlyDuplicateKeys(error)) throw error;
      const failures = [(error as mongo.MongoBulkWriteError).writeErrors].flat();
      await this.settle(failures.flatMap(({ index }) => records[index] ?? []));
    }
  }

  /**
   * Of an entry that is there already, the one stays that stands first, or is of a newer content of the same file: so it is
   * the same one in the end, whichever of them was read first.
   */
  private async settle(records: readonly EntryRecord[]): Promise<void> {
    await this.entries.collection.bulkWrite(
      records.map(({ _id, ...entry }) => {
        const file = entry.place.slice(0, entry.place.indexOf(':') + 1);
        const isBehind = [
          { order: { $gt: entry.order } },
          { order: entry.order, place: { $gt: entry.place } },
          { place: { $gte: file, $lt: `${file}~` }, generation: { $lt: entry.generation } },
        ];
        const filter = { _id, $or: isBehind } as unknown as mongo.Filter<mongo.BSON.Document>;
        return { updateOne: { filter, update: { $set: entry } } };
      }),
      { ordered: false },
    );
  }

  /** In the order of their lines. */
  async list(conversationId: ConversationId, after: EntryPlace | null, limit: number): Promise<EntryRecord[]> {
    const filter =
      after === null
        ? { conversationId }
        : {
            conversationId,
            $or: [
              { order: trusted({ $gt: after.order }) },
              { order: after.order, place: trusted({ $gt: after.place }) },
            ],
          };
    return this.entries.find(filter).sort({ order: 1, place: 1 }).limit(limit).lean<EntryRecord[]>();
  }

  /** Those that are there, in no order. */
  async listByIds(conversationId: ConversationId, ids: readonly string[]): Promise<EntryRecord[]> {
    const keys = ids.map((id) => entryKeyOf(conversationId, id));
    return this.entries.find({ _id: trusted({ $in: keys }) }).lean<EntryRecord[]>();
  }

  /** The conversations in which a line with this id stands. */
  async conversationsWith(id: string): Promise<ConversationId[]> {
    const found = await this.entries
      .find({ _id: trusted({ $gte: `${id}:`, $lt: `${id};` }) })
      .select({ _id: 0, conversationId: 1 })
      .lean<Pick<EntryRecord, 'conversationId'>[]>();
    return found.map(({ conversationId }) => conversationId);
  }

  async deleteOfConversation(conversationId: ConversationId): Promise<void> {
    await this.entries.deleteMany({ conversationId });
  }
}
