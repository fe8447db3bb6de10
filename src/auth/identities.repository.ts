import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';

import type { IdentityId, SessionId, UserId } from '../common/ids.js';
import { duplicateKeyFields } from '../database/duplicate-key.js';
import { erasedIdentityModel, type ErasedIdentityRecord } from './erased-identity.schema.js';
import { identityModel, type IdentityRecord } from './identity.schema.js';

@Injectable()
export class IdentitiesRepository {
  constructor(
    @InjectModel(identityModel) private readonly identities: Model<IdentityRecord>,
    @InjectModel(erasedIdentityModel) private readonly erased: Model<ErasedIdentityRecord>,
  ) {}

  async findById(id: IdentityId): Promise<IdentityRecord | null> {
    return this.identities.findById(id).lean<IdentityRecord>();
  }

  async listOfUser(userId: UserId): Promise<IdentityRecord[]> {
    return this.identities.find({ userId }).lean<IdentityRecord[]>();
  }

  /** @returns whether it was stored; false when there was one with this id */
  async insert(identity: IdentityRecord): Promise<boolean> {
    try {
      await this.identities.insertOne(identity);
      return true;
    } catch (error) {
      if (duplicateKeyFields(error) === null) throw error;
      return false;
    }
  }

  async isErased(erasedId: string): Promise<boolean> {
    return (await this.erased.exists({ _id: erasedId })) !== null;
  }

  /** In this order: there is no moment in which neither is there. */
  async erase(id: IdentityId, erasedId: string): Promise<void> {
    await this.erased.updateOne({ _id: erasedId }, {}, { upsert: true });
    await this.identities.deleteOne({ _id: id });
  }

  async change(
    id: IdentityId,
    changes: Partial<Pick<IdentityRecord, 'isUserMade' | 'profileDigest' | 'profileIssuedAt'>>,
  ): Promise<void> {
    await this.identities.updateOne({ _id: id }, { $set: changes });
  }

  /** Refuses what was issued by then, and what is there in the name of the session. @returns whether the identity is there */
  async revoke(id: IdentityId, upTo: Date, nextSessionId: SessionId): Promise<boolean> {
    const { matchedCount } = await this.identities.updateOne(
      { _id: id },
      { $max: { revokedUpTo: upTo }, $set: { sessionId: nextSessionId } },
    );
    return matchedCount === 1;
  }
}
