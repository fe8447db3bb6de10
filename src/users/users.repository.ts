import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model } from 'mongoose';

import type { UserId } from '../common/ids.js';
import { duplicateKeyFields } from '../database/duplicate-key.js';
import { indexedText } from '../database/indexed-text.js';
import { userModel, type UserRecord } from './user.schema.js';

@Injectable()
export class UsersRepository {
  constructor(@InjectModel(userModel) private readonly users: Model<UserRecord>) {}

  /** @returns the field that another account already has, or `null` when the user was stored */
  async insert(user: UserRecord): Promise<'username' | 'email' | null> {
    try {
      await this.users.insertOne(user);
      return null;
    } catch (error) {
      const fields = duplicateKeyFields(error);
      if (fields === null) throw error;
      return fields.includes('emailKey') ? 'email' : 'username';
    }
  }

  /** @returns whether it was there */
  async delete(id: UserId): Promise<boolean> {
    const { deletedCount } = await this.users.deleteOne({ _id: id });
    return deletedCount === 1;
  }

  async findById(id: UserId): Promise<UserRecord | null> {
    return this.users.findById(id).lean<UserRecord>();
  }

  async findByIds(ids: readonly UserId[]): Promise<UserRecord[]> {
    return this.users.find({ _id: trusted({ $in: [...ids] }) }).lean<UserRecord[]>();
  }

  async findByUsernameKey(usernameKey: string): Promise<UserRecord | null> {
    return this.users.findOne({ usernameKey }).lean<UserRecord>();
  }

  async findByUsernameKeys(usernameKeys: readonly string[]): Promise<UserRecord[]> {
    return this.users.find({ usernameKey: trusted({ $in: [...usernameKeys] }) }).lean<UserRecord[]>();
  }

  async findByEmailKey(emailKey: string): Promise<UserRecord | null> {
    return this.users.findOne({ emailKey: indexedText(emailKey) }).lean<UserRecord>();
  }

  /** Active users whose username begins with `prefixKey`, in its order, `limit` of them, after a given key. */
  async listByUsername(prefixKey: string, after: string | null, limit: number): Promise<UserRecord[]> {
    return this.users
      .find({ isActive: true, usernameKey: startsWith(prefixKey, after) })
      .sort({ usernameKey: 1 })
      .limit(limit)
      .lean<UserRecord[]>();
  }

  /** The same by display name, without those whose username begins so too. */
  async listByDisplayNameOnly(prefixKey: string, after: string | null, limit: number): Promise<UserRecord[]> {
    return this.users
      .find({
        isActive: true,
        displayNameKey: startsWith(prefixKey, after),
        usernameKey: trusted({ $not: startsWith(prefixKey, null) }),
      })
      .sort({ displayNameKey: 1 })
      .limit(limit)
      .lean<UserRecord[]>();
  }

  /** @returns the user after the change, `null` when there is none */
  async change(id: UserId, changes: Partial<UserRecord>): Promise<UserRecord | null> {
    return this.users.findOneAndUpdate({ _id: id }, { $set: changes }, { returnDocument: 'after' }).lean<UserRecord>();
  }

  async setLastSeen(ids: readonly UserId[], at: Date): Promise<void> {
    await this.users.updateMany({ _id: trusted({ $in: [...ids] }) }, { $set: { lastSeenAt: at } });
  }

  /**
   * Changes an active user; one who was deactivated or deleted meanwhile stays as he is.
   *
   * @returns true when nothing was changed because another account has the address
   */
  async setProfile(
    id: UserId,
    profile: Pick<UserRecord, 'displayName' | 'displayNameKey' | 'email' | 'emailKey' | 'updatedAt'>,
  ): Promise<boolean> {
    try {
      await this.users.updateOne({ _id: id, isActive: true }, { $set: profile });
      return false;
    } catch (error) {
      if (duplicateKeyFields(error)?.includes('emailKey') !== true) throw error;
      return true;
    }
  }

  async setLastLogin(id: UserId, at: Date): Promise<void> {
    await this.users.updateOne({ _id: id }, { $set: { lastLoginAt: at } });
  }

  /** @returns whether the user is there */
  async setPasswordHash(id: UserId, passwordHash: string, at: Date): Promise<boolean> {
    const { matchedCount } = await this.users.updateOne({ _id: id }, { $set: { passwordHash, updatedAt: at } });
    return matchedCount === 1;
  }
}

/** A range instead of a regular expression: it uses the index, and the input needs no escaping. */
function startsWith(prefix: string, after: string | null) {
  const end = `${prefix}\u{10FFFF}`;
  return after === null || after < prefix ? trusted({ $gte: prefix, $lt: end }) : trusted({ $gt: after, $lt: end });
}
