import { Schema } from 'mongoose';

import type { PresenceChoice, UserRole } from '../../contract/views.js';
import type { AttachmentId, UserId } from '../common/ids.js';

/** A user as stored. */
export interface UserRecord {
  _id: UserId;
  username: string;
  /** The username in lower case: what is unique, and what is looked up. */
  usernameKey: string;
  displayName: string;
  /** Made by `displayNameKey`: what is searched and sorted by, without two alike. */
  displayNameKey: string;
  email: string | null;
  emailKey: string | null;
  /** `null` for accounts that cannot log in with a password. */
  passwordHash: string | null;
  /**
   * The invitation by which the account was made, until it is known to be used: who was cut off in between is let in by it
   * at his first login, or not at all.
   */
  pendingInviteCode: string | null;
  role: UserRole;
  isBot: boolean;
  isActive: boolean;
  lastLoginAt: Date | null;
  /** What he chose to be seen as while he is connected. */
  presenceChoice: PresenceChoice;
  /** When the choice ends by itself; what has ended stays stored, and is read as if it were not. */
  presenceUntil: Date | null;
  statusText: string | null;
  /** The same for the text. */
  statusUntil: Date | null;
  /** A picture of his that all may see; absent in accounts from before there were any. */
  avatarAttachmentId?: AttachmentId | null;
  /** When the last connection ended. */
  lastSeenAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  /** When the account was deleted: nothing personal is stored from then on. */
  deletedAt: Date | null;
  /** Not all that follows from the deletion has been done yet. */
  isBeingDeleted: boolean;
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
    pendingInviteCode: { type: String, default: null },
    role: { type: String, required: true },
    isBot: { type: Boolean, required: true },
    isActive: { type: Boolean, required: true },
    lastLoginAt: { type: Date, default: null },
    presenceChoice: { type: String, default: 'online' },
    presenceUntil: { type: Date, default: null },
    statusText: { type: String, default: null },
    avatarAttachmentId: { type: String, default: null },
    statusUntil: { type: Date, default: null },
    lastSeenAt: { type: Date, default: null },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
    deletedAt: { type: Date, default: null },
    isBeingDeleted: { type: Boolean, default: false },
  },
  { collection: 'users', versionKey: false },
);

// One account a name; login and lookup by name.
userSchema.index({ usernameKey: 1 }, { unique: true });
// One account an address; login by address. Accounts without one are left out.
userSchema.index({ emailKey: 1 }, { unique: true, partialFilterExpression: { emailKey: { $type: 'string' } } });
// The directory by username, and prefix search in it.
userSchema.index({ isActive: 1, usernameKey: 1 });
// An admin's list by time, newest first, of all or of those whose account is in use or not.
userSchema.index({ createdAt: -1, _id: -1 });
userSchema.index({ lastLoginAt: -1, _id: -1 });
userSchema.index({ isActive: 1, createdAt: -1, _id: -1 });
userSchema.index({ isActive: 1, lastLoginAt: -1, _id: -1 });
// Whether there is an admin; the list of them.
userSchema.index({ role: 1 }, { partialFilterExpression: { role: 'admin' } });
// An admin's search by display name, whoever it belongs to.
userSchema.index({ displayNameKey: 1 });
// Prefix search by display name; the username tells in the index who was found by it already.
userSchema.index({ isActive: 1, displayNameKey: 1, usernameKey: 1 });
// Deletions of accounts that are to be finished.
userSchema.index({ isBeingDeleted: 1 }, { partialFilterExpression: { isBeingDeleted: true } });
