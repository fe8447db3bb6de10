import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model, type QueryFilter } from 'mongoose';

import type { GroupId, UserId } from '../common/ids.js';
import { inviteModel, type InviteClaim, type InviteRecord } from './invite.schema.js';

@Injectable()
export class InvitesRepository {
  constructor(@InjectModel(inviteModel) private readonly invites: Model<InviteRecord>) {}

  async insert(invite: InviteRecord): Promise<void> {
    await this.invites.insertOne(invite);
  }

  async find(code: string): Promise<InviteRecord | null> {
    return this.invites.findById(code).lean<InviteRecord>();
  }

  /** Newest first, `limit` of them, behind a given one. */
  async listOfGroup(
    groupId: GroupId,
    after: { createdAt: Date; code: string } | null,
    limit: number,
  ): Promise<InviteRecord[]> {
    const filter: QueryFilter<InviteRecord> = { groupId };
    if (after !== null) {
      const { createdAt, code } = after;
      filter.createdAt = trusted({ $lte: createdAt });
      filter.$or = [{ createdAt: trusted({ $lt: createdAt }) }, { _id: trusted({ $lt: code }) }];
    }
    return this.invites.find(filter).sort({ createdAt: -1, _id: -1 }).limit(limit).lean<InviteRecord[]>();
  }

  /** How many a group has, counted up to `limit`. */
  async count(groupId: GroupId, limit: number): Promise<number> {
    return this.invites.countDocuments({ groupId }).limit(limit);
  }

  /**
   * Counts one use, in one step with the question whether there is one left: of two who ask for the last one at once,
   * one gets it. Someone whose use is counted already gets no second one.
   *
   * @returns whether it was counted
   */
  async claim(code: string, claim: InviteClaim, now: Date): Promise<boolean> {
    const { modifiedCount } = await this.invites.updateOne(
      {
        _id: code,
        'claims.userId': trusted({ $ne: claim.userId }),
        $or: [{ expiresAt: null }, { expiresAt: trusted({ $gt: now }) }],
        $expr: trusted({ $or: [{ $eq: ['$maxUses', null] }, { $lt: ['$uses', '$maxUses'] }] }),
      },
      { $inc: { uses: 1 }, $push: { claims: claim } },
    );
    return modifiedCount === 1;
  }

  /** Ends a claim; a use that admitted nobody is given back. */
  async settle(code: string, claim: InviteClaim, isUsed: boolean): Promise<void> {
    await this.invites.updateOne(
      { _id: code, 'claims.useId': claim.useId },
      { $pull: { claims: { useId: claim.useId } }, ...(!isUsed && { $inc: { uses: -1 } }) },
    );
  }

  async findClaim(code: string, userId: UserId): Promise<InviteClaim | null> {
    const invite = await this.find(code);
    return invite?.claims.find((claim) => claim.userId === userId) ?? null;
  }

  /** @returns whether it was there */
  async delete(groupId: GroupId, code: string): Promise<boolean> {
    const { deletedCount } = await this.invites.deleteOne({ _id: code, groupId });
    return deletedCount === 1;
  }

  async deleteExpired(groupId: GroupId, before: Date): Promise<void> {
    await this.invites.deleteMany({ groupId, expiresAt: trusted({ $lt: before }) });
  }

  async deleteOfGroup(groupId: GroupId): Promise<void> {
    await this.invites.deleteMany({ groupId });
  }
}
