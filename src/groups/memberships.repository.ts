import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model, type QueryFilter } from 'mongoose';

import type { MemberRole } from '../../contract/views.js';
import type { GroupId, UserId } from '../common/ids.js';
import { loadTogether } from '../common/load-together.js';
import { duplicateKeyFields } from '../database/duplicate-key.js';
import { membershipId } from './membership-id.js';
import { keptMoves, membershipModel, type MarkerKind, type MembershipRecord } from './membership.schema.js';

/** A membership as lists read it: without the times of receipts. */
export type ListedMembership = Omit<MembershipRecord, 'readMoves' | 'deliveredMoves'>;

const maxUsersTogether = 200;

/** Where one marker of a member is. */
export interface MemberMarker {
  userId: UserId;
  seq: number;
}

/** A membership after a marker was to move, `null` when there is none, and whether it did. */
export interface MarkerAdvance {
  membership: MembershipRecord | null;
  moved: boolean;
}

@Injectable()
export class MembershipsRepository {
  private readonly ofUser = loadTogether<UserId, ListedMembership[]>((ids) => this.listOfUsers(ids), maxUsersTogether);

  constructor(@InjectModel(membershipModel) private readonly memberships: Model<MembershipRecord>) {}

  async insertMany(memberships: readonly MembershipRecord[]): Promise<void> {
    await this.memberships.insertMany([...memberships]);
  }

  /** @returns false when the user was a member already */
  async insert(membership: MembershipRecord): Promise<boolean> {
    try {
      await this.memberships.insertOne(membership);
      return true;
    } catch (error) {
      if (duplicateKeyFields(error) === null) throw error;
      return false;
    }
  }

  async find(groupId: GroupId, userId: UserId): Promise<MembershipRecord | null> {
    return this.memberships.findById(membershipId(groupId, userId)).lean<MembershipRecord>();
  }

  /** Users who are asked about in one turn of the event loop are read together: many connect at once, or go at once. */
  listOfUser(userId: UserId): Promise<ListedMembership[]> {
    return this.ofUser(userId);
  }

  private async listOfUsers(userIds: readonly UserId[]): Promise<ListedMembership[][]> {
    const rows = await this.memberships
      .find({ userId: trusted({ $in: [...userIds] }) })
      .select({ readMoves: 0, deliveredMoves: 0 })
      .lean<ListedMembership[]>();
    const ofUsers = Map.groupBy(rows, ({ userId }) => userId);
    return userIds.map((userId) => ofUsers.get(userId) ?? []);
  }

  /** Those of some groups that a user belongs to. */
  async findGroupIds(userId: UserId, groupIds: readonly GroupId[]): Promise<Set<GroupId>> {
    const ids = groupIds.map((groupId) => membershipId(groupId, userId));
    const found = await this.memberships
      .find({ _id: trusted({ $in: ids }) })
      .select({ groupId: 1 })
      .lean<Pick<MembershipRecord, 'groupId'>[]>();
    return new Set(found.map(({ groupId }) => groupId));
  }

  /** Those of some users who are members, in the order of their ids. */
  async findMembers(
    groupId: GroupId,
    userIds: readonly UserId[],
    role: MemberRole | undefined,
  ): Promise<MembershipRecord[]> {
    const ids = userIds.map((userId) => membershipId(groupId, userId));
    return this.memberships
      .find({ _id: trusted({ $in: ids }), ...(role !== undefined && { role }) })
      .sort({ _id: 1 })
      .lean<MembershipRecord[]>();
  }

  /** Members in the order of their ids, `limit` of them, after a given one. */
  async listOfGroup(
    groupId: GroupId,
    filter: { role?: MemberRole | undefined; after?: string | undefined },
    limit: number,
  ): Promise<MembershipRecord[]> {
    const query: QueryFilter<MembershipRecord> = { groupId };
    if (filter.after !== undefined) query.userId = trusted({ $gt: filter.after as UserId });
    if (filter.role !== undefined) query.role = filter.role;
    return this.memberships.find(query).sort({ userId: 1 }).limit(limit).lean<MembershipRecord[]>();
  }

  /** The ids of members, in order; from the index alone. @param among of these users only */
  async listIds(groupId: GroupId, limit: number, among?: readonly UserId[]): Promise<UserId[]> {
    const filter: QueryFilter<MembershipRecord> = { groupId };
    if (among !== undefined) filter.userId = trusted({ $in: [...among] });
    const rows = await this.memberships
      .find(filter)
      .sort({ userId: 1 })
      .limit(limit)
      .select({ _id: 0, userId: 1 })
      .lean<Pick<MembershipRecord, 'userId'>[]>();
    return rows.map(({ userId }) => userId);
  }

  async count(groupId: GroupId): Promise<number> {
    return this.memberships.countDocuments({ groupId });
  }

  /** The others in a group, the owner first, then moderators, then members, each the longest-standing first. */
  async listOthersByStanding(
    groupId: GroupId,
    userId: UserId,
    skipped: number,
    limit: number,
  ): Promise<MembershipRecord[]> {
    return (
      this.memberships
        .find({ groupId, userId: trusted({ $ne: userId }) })
        // The roles happen to be in this order, backwards through the alphabet.
        .sort({ role: -1, joinedAt: 1, _id: 1 })
        .skip(skipped)
        .limit(limit)
        .lean<MembershipRecord[]>()
    );
  }

  async ownersOf(groupIds: readonly GroupId[]): Promise<Map<GroupId, UserId>> {
    const rows = await this.memberships
      .find({ groupId: trusted({ $in: [...groupIds] }), role: 'owner' })
      .select({ groupId: 1, userId: 1 })
      .lean<Pick<MembershipRecord, 'groupId' | 'userId'>[]>();
    return new Map(rows.map(({ groupId, userId }) => [groupId, userId]));
  }

  /** @returns the membership after the change, `null` when there is none with the role `from` */
  async setRole(groupId: GroupId, userId: UserId, from: MemberRole, to: MemberRole): Promise<MembershipRecord | null> {
    return this.memberships
      .findOneAndUpdate(
        { _id: membershipId(groupId, userId), role: from },
        { $set: { role: to } },
        { returnDocument: 'after' },
      )
      .lean<MembershipRecord>();
  }

  /** @returns whether there is such a membership */
  async setMutedUntil(groupId: GroupId, userId: UserId, mutedUntil: Date | null): Promise<boolean> {
    const _id = membershipId(groupId, userId);
    const { matchedCount } = await this.memberships.updateOne({ _id }, { $set: { mutedUntil } });
    return matchedCount === 1;
  }

  /** Moves a marker forward, never back. */
  async advance(groupId: GroupId, userId: UserId, kind: MarkerKind, seq: number, at: Date): Promise<MarkerAdvance> {
    const _id = membershipId(groupId, userId);
    const { place, time, moves } = markerPaths[kind];
    const membership = await this.memberships
      .findOneAndUpdate(
        { _id, [place]: trusted({ $lt: seq }) },
        { $set: { [place]: seq, [time]: at }, $push: { [moves]: { $each: [{ seq, at }], $slice: -keptMoves } } },
        { returnDocument: 'after' },
      )
      .lean<MembershipRecord>();
    if (membership !== null) return { membership, moved: true };
    return { membership: await this.memberships.findById(_id).lean<MembershipRecord>(), moved: false };
  }

  /** Members other than the sender whose marker has passed a place, in the order of their ids. */
  async listDelivered(
    groupId: GroupId,
    message: { seq: number; senderId: UserId },
    after: string | undefined,
    limit: number,
  ): Promise<MembershipRecord[]> {
    const userId: Record<string, string> = { $ne: message.senderId };
    if (after !== undefined) userId['$gt'] = after;
    return this.memberships
      .find({ groupId, userId: trusted(userId), lastDeliveredSeq: trusted({ $gte: message.seq }) })
      .sort({ userId: 1 })
      .limit(limit)
      .lean<MembershipRecord[]>();
  }

  /** The members whose marker is lowest, and where it is. */
  async listLowest(groupId: GroupId, kind: MarkerKind, limit: number): Promise<MemberMarker[]> {
    const { place } = markerPaths[kind];
    const lowest = await this.memberships
      .find({ groupId })
      .sort({ [place]: 1 })
      .limit(limit)
      .select({ userId: 1, lastReadSeq: 1, lastDeliveredSeq: 1 })
      .lean<MembershipRecord[]>();
    return lowest.map((membership) => ({ userId: membership.userId, seq: membership[place] }));
  }

  /** @returns whether it was there, with one of these roles */
  async delete(groupId: GroupId, userId: UserId, role: MemberRole): Promise<boolean> {
    const { deletedCount } = await this.memberships.deleteOne({ _id: membershipId(groupId, userId), role });
    return deletedCount === 1;
  }

  async deleteOfGroup(groupId: GroupId): Promise<void> {
    await this.memberships.deleteMany({ groupId });
  }
}

/** Where each marker lies in a membership. */
const markerPaths = {
  read: { place: 'lastReadSeq', time: 'lastReadAt', moves: 'readMoves' },
  delivered: { place: 'lastDeliveredSeq', time: 'lastDeliveredAt', moves: 'deliveredMoves' },
} as const;
