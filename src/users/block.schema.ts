import { Schema } from 'mongoose';

import type { UserId } from '../common/ids.js';

/** One user wants to hear nothing from another, as stored. */
export interface BlockRecord {
  /** Made by `blockId`. */
  _id: string;
  blockerId: UserId;
  blockedId: UserId;
  createdAt: Date;
}

/** One a pair, and found by its key. */
export function blockId(blockerId: UserId, blockedId: UserId): string {
  return `${blockerId}:${blockedId}`;
}

export const blockModel = 'Block';

export const blockSchema = new Schema<BlockRecord>(
  {
    _id: { type: String, required: true },
    blockerId: { type: String, required: true },
    blockedId: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'blocks', versionKey: false },
);

// Whom someone has blocked, latest first.
blockSchema.index({ blockerId: 1, createdAt: -1, _id: -1 });
// By whom someone is blocked, when his account is deleted.
blockSchema.index({ blockedId: 1 });
