import { Schema } from 'mongoose';

import type { IdentityId, SessionId, UserId } from '../common/ids.js';

/**
 * Who a user is to another issuer. Neither issuer nor subject is stored, only what they hash to (`identity-id.ts`). It ends
 * with the account, of which an `ErasedIdentityRecord` is left.
 */
export interface IdentityRecord {
  _id: IdentityId;
  userId: UserId;
  /** The account was made; without this, the first request was interrupted, and the next one goes on with it. */
  isUserMade: boolean;
  /** Stands for all tokens that are good now: another one as soon as they are revoked. */
  sessionId: SessionId;
  /** Tokens issued by then are refused. */
  revokedUpTo: Date | null;
  /** What the profile claims that were taken last hash to, and when their token was issued. */
  profileDigest: string | null;
  profileIssuedAt: Date | null;
  createdAt: Date;
}

export const identityModel = 'Identity';

// The `_id` is made of issuer and subject: its index keeps them unique, and is the one that tokens are looked up by.
export const identitySchema = new Schema<IdentityRecord>(
  {
    _id: { type: String, required: true },
    userId: { type: String, required: true },
    isUserMade: { type: Boolean, required: true },
    sessionId: { type: String, required: true },
    revokedUpTo: { type: Date, default: null },
    profileDigest: { type: String, default: null },
    profileIssuedAt: { type: Date, default: null },
    createdAt: { type: Date, required: true },
  },
  { collection: 'identities', versionKey: false },
);

// The end of a user's sessions.
identitySchema.index({ userId: 1 });
