import { Schema } from 'mongoose';

import type { PresenceChoice, UserRole } from '../../contract/views.js';
import type { UserId } from '../common/ids.js';

/** A user as stored. */
export interface UserRecord {
  _id: UserId;
  username: string;
  /** The username in lower case: what is unique, and what is looked up. */
  usernameKey: string;
  displayName: string;
  displayNameKey: string;
  email: string | null;
  emailKey: string | null;
  /** `null` for accounts that cannot log in with a password. */
  passwordHash: string | null;
  role: UserRole;
  isBot: boolean;
  isActive: boolean;
  lastLoginAt: Date | null;
  /** What he chose to be seen as while he is connected. */
  presenceChoice: PresenceChoice;
  statusText: string | null;
  /** When the last connection ended. */
  lastSeenAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** The name under which the model is injected. */
export const userModel = 'User';

export const userSchema = new Schema<UserRecord>(
  {
    _id: { type: String, required: true },
    username: { type: String, required: true },
    usernameKey: { type: String, required: true },
    displayName: { type: String, required: true },
    displayNameKey: { type: String, required: true },
    email: { type: String, default: null },
    emailKey: { type: String, default: null },
    passwordHash: { type: String, default: null },
    role: { type: String, required: true },
    isBot: { type: Boolean, required: true },
    isActive: { type: Boolean, required: true },
    lastLoginAt: { type: Date, default: null },
    presenceChoice: { type: String, default: 'online' },
    statusText: { type: String, default: null },
    lastSeenAt: { type: Date, default: null },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'users', versionKey: false },
);

// One account a name; login and lookup by name; prefix search by name.
userSchema.index({ usernameKey: 1 }, { unique: true });
// One account an address; login by address. Accounts without one are left out.
userSchema.index({ emailKey: 1 }, { unique: true, partialFilterExpression: { emailKey: { $type: 'string' } } });
// Prefix search by display name.
userSchema.index({ displayNameKey: 1 });
