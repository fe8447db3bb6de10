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

  async deleteMany(ids: readonly SessionId[]): Promise<void> {
    await this.sessions.deleteMany({ _id: trusted({ $in: [...ids] }) });
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
