import { newSessionId, type UserId } from '../common/ids.js';
import type { SessionRecord } from './session.schema.js';

/** A session that begins now. */
export function newSession(
  userId: UserId,
  origin: Pick<SessionRecord, 'device' | 'address'>,
  now: Date,
  expiresAt: Date,
): SessionRecord {
  return {
    _id: newSessionId(),
    userId,
    generation: 1,
    rotatedAt: wholeSeconds(now),
    exchangedAt: now,
    device: origin.device?.slice(0, 256) ?? null,
    address: origin.address,
    createdAt: now,
    lastUsedAt: now,
    expiresAt,
  };
}

/** As tokens have it. */
export function wholeSeconds(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}
