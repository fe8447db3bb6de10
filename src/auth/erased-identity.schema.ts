import { Schema } from 'mongoose';

/**
 * That somebody of another issuer had an account here and deleted it, so that his tokens make no new one. It says neither
 * who he is nor which account was his: see `erasedIdentityId`.
 */
export interface ErasedIdentityRecord {
  _id: string;
}

export const erasedIdentityModel = 'ErasedIdentity';

export const erasedIdentitySchema = new Schema<ErasedIdentityRecord>(
  { _id: { type: String, required: true } },
  { collection: 'erasedidentities', versionKey: false },
);
