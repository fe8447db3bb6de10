import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model, type QueryFilter } from 'mongoose';

import type { AdminUserSort, UserRole } from '../../contract/views.js';
import type { UserId } from '../common/ids.js';
import { duplicateKeyFields } from '../database/duplicate-key.js';
import { indexedText } from '../database/indexed-text.js';
import { userModel, type UserRecord } from './user.schema.js';

/** What only one account can have. */
export type TakenField = 'username' | 'email';

/** Which users an admin wants to see; an empty prefix is everybody's. */
interface AdminFilter {
  prefixKey: string;
  role: UserRole | undefined;
  isActive: boolean | undefined;
}

/** A row in the order of an admin's list: what it is sorted by, and whose it is. */
export interface AdminPlace {
  value: string | Date | null;
  id: UserId;
}

@Injectable()
export class UsersRepository {
  constructor(@InjectModel(userModel) private readonly users: Model<UserRecord>) {}

  /** @returns the field that another account already has, or `null` when the user was stored */
  async insert(user: UserRecord): Promise<TakenField | null> {
    try {
      await this.users.insertOne(user);
      return null;
    } catch (error) {
      return takenField(error);
    }
  }

  /** @returns whether it was there */
  async delete(id: UserId): Promise<boolean> {
    const { deletedCount } = await this.users.deleteOne({ _id: id });
    return deletedCount === 1;
  }

  /** @throws when one of them has the name or the address of an account that is there */
  async insertMany(users: readonly UserRecord[]): Promise<void> {
    await this.users.insertMany([...users]);
  }

  /** How many accounts there are, deleted ones too: from what the database keeps of the collection. */
  async countAll(): Promise<number> {
    return this.users.estimatedDocumentCount();
  }

  async isEmpty(): Promise<boolean> {
    return (await this.users.findOne().select({ _id: 1 }).lean()) === null;
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
    const named = { isActive: true, displayNameKey: startsWith(prefixKey, after) };
    // Two ranges and not what is no range: those the index tells, so that nobody is read whom the username has found.
    const besides = [trusted({ $lt: prefixKey }), trusted({ $gte: endOf(prefixKey) })];
    return this.users
      .find({ $or: besides.map((usernameKey) => ({ ...named, usernameKey })) })
      .sort({ displayNameKey: 1 })
      .hint({ isActive: 1, displayNameKey: 1, usernameKey: 1 })
      .limit(limit)
      .lean<UserRecord[]>();
  }

  /**
   * What is known of an account that was deleted changes no more: a request that was on its way when that happened brings
   * nothing personal back, and no account to life.
   *
   * @returns the user after the change, `null` when there is none, or the field that another account already has
   */
  async change(id: UserId, changes: Partial<UserRecord>): Promise<UserRecord | null | TakenField> {
    try {
      return await this.users
        .findOneAndUpdate({ _id: id, deletedAt: null }, { $set: changes }, { returnDocument: 'after' })
        .lean<UserRecord>();
    } catch (error) {
      return takenField(error);
    }
  }

  /** @returns whether there is an active admin, other than `except` if one is given */
  async hasActiveAdmin(except?: UserId): Promise<boolean> {
    const filter: QueryFilter<UserRecord> = { role: 'admin', isActive: true };
    if (except !== undefined) filter._id = trusted({ $ne: except });
    return (await this.users.exists(filter)) !== null;
  }

  /** For admins: times newest first, usernames from A. */
  async listForAdmin(
    { prefixKey, role, isActive }: AdminFilter,
    sort: AdminUserSort,
    after: AdminPlace | null,
    limit: number,
  ): Promise<UserRecord[]> {
    const conditions: QueryFilter<UserRecord>[] = [];
    if (role !== undefined) conditions.push({ role });
    if (isActive !== undefined) conditions.push({ isActive });
    if (prefixKey !== '') {
      const startsSo = startsWith(prefixKey, null);
      // Its index has the accounts with an address only, and is taken when the query says so.
      const emailKey = trusted({ ...startsSo, $type: 'string' as const });
      conditions.push({ $or: [{ usernameKey: startsSo }, { displayNameKey: startsSo }, { emailKey }] });
    }
    if (after !== null) conditions.push(sort === 'username' ? afterUsername(after) : before(sort, after));
    return this.users
      .find(conditions.length === 0 ? {} : { $and: conditions })
      .sort(sort === 'username' ? { usernameKey: 1 } : { [sort]: -1, _id: -1 })
      .limit(limit)
      .lean<UserRecord[]>();
  }

  /** At most `limit` users whose deletion began before `before` and is not finished. */
  async listBeingDeleted(before: Date, limit: number): Promise<UserRecord[]> {
    return this.users
      .find({ isBeingDeleted: true, deletedAt: trusted({ $lte: before }) })
      .limit(limit)
      .lean<UserRecord[]>();
  }

  /** @returns whether all that follows from the deletion of an account counts as done */
  async finishDeletion(id: UserId): Promise<boolean> {
    const { matchedCount } = await this.users.updateOne({ _id: id }, { $set: { isBeingDeleted: false } });
    return matchedCount === 1;
  }

  /** When connections end because an account is deleted, nothing is noted of it. */
  async setLastSeen(ids: readonly UserId[], at: Date): Promise<void> {
    await this.users.updateMany({ _id: trusted({ $in: [...ids] }), deletedAt: null }, { $set: { lastSeenAt: at } });
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
    await this.users.updateOne({ _id: id, deletedAt: null }, { $set: { lastLoginAt: at } });
  }

  /** @returns whether the user is there */
  async setPasswordHash(id: UserId, passwordHash: string, at: Date): Promise<boolean> {
    const changes = { passwordHash, updatedAt: at };
    const { matchedCount } = await this.users.updateOne({ _id: id, deletedAt: null }, { $set: changes });
    return matchedCount === 1;
  }
}

/** @throws the error, when it is another one */
function takenField(error: unknown): TakenField {
  const fields = duplicateKeyFields(error);
  if (fields === null) throw error;
  return fields.includes('emailKey') ? 'email' : 'username';
}

function afterUsername({ value }: AdminPlace): QueryFilter<UserRecord> {
  return { usernameKey: trusted({ $gt: String(value) }) };
}

/** What stands behind a place of a list with the newest first: older, of the same time with a lower id, or without a time. */
function before(field: 'createdAt' | 'lastLoginAt', { value, id }: AdminPlace): QueryFilter<UserRecord> {
  const sameTime = { [field]: value, _id: trusted({ $lt: id }) };
  return value === null ? sameTime : { $or: [{ [field]: trusted({ $lt: value }) }, sameTime, { [field]: null }] };
}

/** Behind all that begins so. */
function endOf(prefix: string): string {
  return `${prefix}\u{10FFFF}`;
}

/** A range instead of a regular expression: it uses the index, and the input needs no escaping. */
function startsWith(prefix: string, after: string | null) {
  const end = endOf(prefix);
  return after === null || after < prefix ? trusted({ $gte: prefix, $lt: end }) : trusted({ $gt: after, $lt: end });
}
