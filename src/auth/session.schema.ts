import { Schema } from 'mongoose';

import type { SessionId, UserId } from '../common/ids.js';

/** One login on one device. Its refresh tokens are numbered; only the latest number is stored, never a token. */
export interface SessionRecord {
  _id: SessionId;
  userId: UserId;
  /** The number of the refresh token that is good now. */
  generation: number;
  /** When that token was made: its `iat`, so that the same token can be made again. Whole seconds. */
  rotatedAt: Date;
  /** When its predecessor was first exchanged, to the millisecond. */
  exchangedAt: Date;
  device: string | null;
  address: string | null;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
}

export const sessionModel = 'Session';

export const sessionSchema = new Schema<SessionRecord>(
  {
    _id: { type: String, required: true },
    userId: { type: String, required: true },
    generation: { type: Number, required: true },
    rotatedAt: { type: Date, required: true },
    exchangedAt: { type: Date, required: true },
    device: { type: String, default: null },
    address: { type: String, default: null },
    createdAt: { type: Date, required: true },
    lastUsedAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'sessions', versionKey: false },
);

// The sessions of a user, newest first; ending all of them.
sessionSchema.index({ userId: 1, createdAt: -1 });
// The sweep of expired sessions.
sessionSchema.index({ expiresAt: 1 });
