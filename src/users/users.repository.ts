import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model, type QueryFilter } from 'mongoose';

import type { UserId } from '../common/ids.js';
import { duplicateKeyFields } from '../database/duplicate-key.js';
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
    return this.users.findOne({ emailKey }).lean<UserRecord>();
  }

  /** Active users whose username or display name begins with `prefixKey`, `limit` of them, behind the key `after`. */
  async listByPrefix(prefixKey: string, after: string | undefined, limit: number): Promise<UserRecord[]> {
    const filter: QueryFilter<UserRecord> = { isActive: true };
    if (after !== undefined) filter.usernameKey = trusted({ $gt: after });
    if (prefixKey !== '') {
      filter.$or = [{ usernameKey: startsWith(prefixKey) }, { displayNameKey: startsWith(prefixKey) }];
    }
    return this.users.find(filter).sort({ usernameKey: 1 }).limit(limit).lean<UserRecord[]>();
  }

  async setPresence(id: UserId, choice: Partial<Pick<UserRecord, 'presenceChoice' | 'statusText'>>): Promise<void> {
    await this.users.updateOne({ _id: id }, { $set: choice });
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
function startsWith(prefix: string) {
  return trusted({ $gte: prefix, $lt: `${prefix}\u{10FFFF}` });
}
