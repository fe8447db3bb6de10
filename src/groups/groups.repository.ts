import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model, type QueryFilter } from 'mongoose';

import type { GroupKind } from '../../contract/views.js';
import type { GroupId } from '../common/ids.js';
import { duplicateKeyFields } from '../database/duplicate-key.js';
import { indexedText } from '../database/indexed-text.js';
import { nameKeyOf } from './channel-name.js';
import { groupModel, type GroupRecord } from './group.schema.js';

/** Which groups an admin wants to see; an empty prefix is everybody's. */
export interface AdminGroupFilter {
  prefix: string;
  kind: GroupKind | undefined;
  isActive: boolean | undefined;
}

/** What can be changed of a group. */
export type GroupChanges = Partial<Pick<GroupRecord, 'name' | 'nameKey' | 'namePieces' | 'searchKey' | 'description'>>;

/** Tells the reads of the background from those that somebody waits for, in the database's logs. */
const forSearch = 'search_index';

@Injectable()
export class GroupsRepository {
  constructor(@InjectModel(groupModel) private readonly groups: Model<GroupRecord>) {}

  /** @returns false when the channel's name or the direct pair is already there */
  async insert(group: GroupRecord): Promise<boolean> {
    try {
      await this.groups.insertOne(group);
      return true;
    } catch (error) {
      if (duplicateKeyFields(error) === null) throw error;
      return false;
    }
  }

  /** @throws when a channel has the name of one that is there */
  async insertMany(groups: readonly GroupRecord[]): Promise<void> {
    await this.groups.insertMany([...groups]);
  }

  async findById(id: GroupId): Promise<GroupRecord | null> {
    return this.groups.findOne({ _id: id, deletedAt: null }).lean<GroupRecord>();
  }

  async findByIds(ids: readonly GroupId[]): Promise<GroupRecord[]> {
    return this.groups.find({ _id: trusted({ $in: [...ids] }), deletedAt: null }).lean<GroupRecord[]>();
  }

  /** Groups in the order of their ids, closed ones too. */
  async listEpochs(after: GroupId | null, limit: number): Promise<Pick<GroupRecord, '_id' | 'epoch'>[]> {
    return this.groups
      .find(after === null ? {} : { _id: trusted({ $gt: after }) })
      .sort({ _id: 1 })
      .limit(limit)
      .select({ epoch: 1 })
      .comment(forSearch)
      .lean<Pick<GroupRecord, '_id' | 'epoch'>[]>();
  }

  async findEpochs(ids: readonly GroupId[]): Promise<Pick<GroupRecord, '_id' | 'epoch'>[]> {
    return this.groups
      .find({ _id: trusted({ $in: [...ids] }) })
      .select({ epoch: 1 })
      .comment(forSearch)
      .lean<Pick<GroupRecord, '_id' | 'epoch'>[]>();
  }

  /** Also those that were deleted. */
  async findByIdsForAdmin(ids: readonly GroupId[]): Promise<GroupRecord[]> {
    return this.groups.find({ _id: trusted({ $in: [...ids] }) }).lean<GroupRecord[]>();
  }

  /** Groups of every kind, newest or largest first, `limit` of them, after a given one. */
  async listForAdmin(
    { prefix, kind, isActive }: AdminGroupFilter,
    sort: 'createdAt' | 'memberCount',
    after: { value: Date | number; id: GroupId } | null,
    limit: number,
  ): Promise<Pick<GroupRecord, '_id' | 'createdAt' | 'memberCount'>[]> {
    const conditions: QueryFilter<GroupRecord>[] = [];
    if (kind !== undefined) conditions.push({ kind });
    if (isActive !== undefined) conditions.push({ deletedAt: isActive ? null : trusted({ $type: 'date' as const }) });
    const key = nameKeyOf(prefix);
    if (key !== '') conditions.push({ searchKey: trusted({ $gte: key, $lt: `${key}\u{10FFFF}` }) });
    if (after !== null) {
      const { value, id } = after;
      conditions.push({
        $or: [{ [sort]: trusted({ $lt: value }) }, { [sort]: value, _id: trusted({ $lt: id }) }],
      });
    }
    return this.groups
      .find(conditions.length === 0 ? {} : { $and: conditions })
      .sort({ [sort]: -1, _id: -1 })
      .limit(limit)
      .select({ createdAt: 1, memberCount: 1 })
      .lean<Pick<GroupRecord, '_id' | 'createdAt' | 'memberCount'>[]>();
  }

  /** How many there are, closed ones too: from what the database keeps of the collection. */
  async countAll(): Promise<number> {
    return this.groups.estimatedDocumentCount();
  }

  async countClosed(): Promise<number> {
    return this.groups.countDocuments({ deletedAt: trusted({ $type: 'date' }) }).hint('closed');
  }

  /** Those that were made since; from an index alone. */
  async countSince(time: Date): Promise<number> {
    return this.groups.countDocuments({ createdAt: trusted({ $gte: time }) });
  }

  async findByDirectKey(directKey: string): Promise<GroupRecord | null> {
    return this.groups.findOne({ directKey: indexedText(directKey) }).lean<GroupRecord>();
  }

  async findByNameKey(nameKey: string): Promise<GroupRecord | null> {
    return this.groups.findOne({ nameKey: indexedText(nameKey) }).lean<GroupRecord>();
  }

  /** Living channels in the order of their names, `limit` of them, behind the name `after`. */
  async listChannels(
    search: { piece: string; rest: string | null } | null,
    after: string | undefined,
    limit: number,
  ): Promise<GroupRecord[]> {
    const filter: QueryFilter<GroupRecord> = { nameKey: trusted({ $gt: after ?? '' }) };
    if (search !== null) filter.namePieces = search.piece;
    // No regular expression: what people type needs no escaping then.
    if (search?.rest)
      filter['$expr'] = trusted({ $gte: [{ $indexOfBytes: ['$nameKey', { $literal: search.rest }] }, 0] });
    return this.groups.find(filter).sort({ nameKey: 1 }).limit(limit).lean<GroupRecord[]>();
  }

  /** @returns the group after the change, `null` when it is gone, `'taken'` when another channel has the name */
  async update(id: GroupId, changes: GroupChanges, at: Date): Promise<GroupRecord | null | 'taken'> {
    try {
      return await this.groups
        .findOneAndUpdate(
          { _id: id, deletedAt: null },
          { $set: { ...changes, updatedAt: at } },
          { returnDocument: 'after' },
        )
        .lean<GroupRecord>();
    } catch (error) {
      if (duplicateKeyFields(error) === null) throw error;
      return 'taken';
    }
  }

  async setMemberCount(id: GroupId, memberCount: number): Promise<void> {
    await this.groups.updateOne({ _id: id, memberCount: trusted({ $ne: memberCount }) }, { $set: { memberCount } });
  }

  /** Closes the group and frees its name. @returns false when it was closed already */
  async close(id: GroupId, at: Date): Promise<boolean> {
    const { modifiedCount } = await this.groups.updateOne(
      { _id: id, deletedAt: null },
      { $set: { deletedAt: at, updatedAt: at, memberCount: 0, nameKey: null, namePieces: [] } },
    );
    return modifiedCount === 1;
  }
}
