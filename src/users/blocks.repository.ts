import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model, type QueryFilter } from 'mongoose';

import type { UserId } from '../common/ids.js';
import { duplicateKeyFields } from '../database/duplicate-key.js';
import { blockId, blockModel, type BlockRecord } from './block.schema.js';

@Injectable()
export class BlocksRepository {
  constructor(@InjectModel(blockModel) private readonly blocks: Model<BlockRecord>) {}

  /** @returns true when it is there now, whoever put it there */
  async insert(blockerId: UserId, blockedId: UserId, createdAt: Date): Promise<boolean> {
    try {
      await this.blocks.insertOne({ _id: blockId(blockerId, blockedId), blockerId, blockedId, createdAt });
    } catch (error) {
      if (duplicateKeyFields(error) === null) throw error;
    }
    return true;
  }

  async has(blockerId: UserId, blockedId: UserId): Promise<boolean> {
    return (await this.blocks.exists({ _id: blockId(blockerId, blockedId) })) !== null;
  }

  async count(blockerId: UserId): Promise<number> {
    return this.blocks.countDocuments({ blockerId });
  }

  /** @returns true when it is not there any more */
  async delete(blockerId: UserId, blockedId: UserId): Promise<boolean> {
    const { acknowledged } = await this.blocks.deleteOne({ _id: blockId(blockerId, blockedId) });
    return acknowledged;
  }

  /** Whom someone has blocked, latest first, `limit` of them, after a given place. */
  async listOf(
    blockerId: UserId,
    after: { createdAt: Date; id: string } | null,
    limit: number,
  ): Promise<BlockRecord[]> {
    const filter: QueryFilter<BlockRecord> = { blockerId };
    if (after !== null) {
      const { createdAt, id } = after;
      filter.$or = [{ createdAt: trusted({ $lt: createdAt }) }, { createdAt, _id: trusted({ $lt: id }) }];
    }
    return this.blocks.find(filter).sort({ createdAt: -1, _id: -1 }).limit(limit).lean<BlockRecord[]>();
  }

  /** All that these users have blocked. */
  async listOfAll(blockerIds: readonly UserId[]): Promise<Pick<BlockRecord, 'blockerId' | 'blockedId'>[]> {
    return this.blocks
      .find({ blockerId: trusted({ $in: [...blockerIds] }) })
      .select({ blockerId: 1, blockedId: 1 })
      .lean<Pick<BlockRecord, 'blockerId' | 'blockedId'>[]>();
  }

  async listBlockersOf(blockedId: UserId): Promise<UserId[]> {
    const rows = await this.blocks
      .find({ blockedId })
      .select({ blockerId: 1 })
      .lean<Pick<BlockRecord, 'blockerId'>[]>();
    return rows.map(({ blockerId }) => blockerId);
  }

  /** In both directions. */
  async deleteOf(userId: UserId): Promise<void> {
    await this.blocks.deleteMany({ blockerId: userId });
    await this.blocks.deleteMany({ blockedId: userId });
  }
}
