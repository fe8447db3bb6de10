import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model } from 'mongoose';

import type { SessionId, UserId } from '../common/ids.js';
import { sessionModel, type SessionRecord } from './session.schema.js';

@Injectable()
export class SessionsRepository {
  constructor(@InjectModel(sessionModel) private readonly sessions: Model<SessionRecord>) {}

  async insert(session: SessionRecord): Promise<void> {
    await this.sessions.insertOne(session);
  }

  async findById(id: SessionId): Promise<SessionRecord | null> {
    return this.sessions.findById(id).lean<SessionRecord>();
  }

  async listOfUser(userId: UserId): Promise<SessionRecord[]> {
    return this.sessions.find({ userId }).sort({ createdAt: -1 }).lean<SessionRecord[]>();
  }

  /** Whether the user has a session that began at this address. */
  async hasAddress(userId: UserId, address: string): Promise<boolean> {
    return (await this.sessions.exists({ userId, address })) !== null;
  }

  /**
   * Moves a session to its next refresh token, if `generation` is still the present one.
   *
   * @returns the session as it is now, or `null` when another request was first or the session has ended
   */
  async rotate(
    id: SessionId,
    generation: number,
    next: Pick<SessionRecord, 'rotatedAt' | 'exchangedAt' | 'lastUsedAt' | 'expiresAt'>,
  ): Promise<SessionRecord | null> {
    return this.sessions
      .findOneAndUpdate(
        { _id: id, generation },
        { $set: { ...next, generation: generation + 1 } },
        { returnDocument: 'after' },
      )
      .lean<SessionRecord>();
  }

  /** @returns whether it was there */
  async delete(id: SessionId): Promise<boolean> {
    const { deletedCount } = await this.sessions.deleteOne({ _id: id });
    return deletedCount === 1;
  }

  /** @returns true when the database has done it */
  async deleteMany(ids: readonly SessionId[]): Promise<boolean> {
    const { acknowledged } = await this.sessions.deleteMany({ _id: trusted({ $in: [...ids] }) });
    return acknowledged;
  }

  /** Whether any of these is still there. */
  async anyOf(ids: readonly SessionId[]): Promise<boolean> {
    return (await this.sessions.exists({ _id: trusted({ $in: [...ids] }) })) !== null;
  }

  /** @returns whether it was there and had expired before `now` */
  async deleteExpired(id: SessionId, now: Date): Promise<boolean> {
    const { deletedCount } = await this.sessions.deleteOne({ _id: id, expiresAt: trusted({ $lte: now }) });
    return deletedCount === 1;
  }

  /** At most `limit` sessions that expired before `now`. */
  async listExpired(now: Date, limit: number): Promise<SessionRecord[]> {
    return this.sessions
      .find({ expiresAt: trusted({ $lte: now }) })
      .sort({ expiresAt: 1 })
      .limit(limit)
      .lean<SessionRecord[]>();
  }
}
