import { displayNameKey, emailKey, usernameKey } from './user-keys.js';
import type { UserRecord } from './user.schema.js';

/** What an account is made of; whatever else is given differs from that of other new accounts. */
type NewUserFacts = Pick<UserRecord, '_id' | 'username' | 'displayName' | 'email' | 'passwordHash' | 'createdAt'> &
  Partial<Omit<UserRecord, 'usernameKey' | 'displayNameKey' | 'emailKey'>>;

/** A whole record of a new account, with the keys under which it is found. */
export function newUserRecord(facts: NewUserFacts): UserRecord {
  const { username, displayName, email, createdAt } = facts;
  return {
    usernameKey: usernameKey(username),
    displayNameKey: displayNameKey(displayName, username),
    emailKey: email === null ? null : emailKey(email),
    pendingInviteCode: null,
    role: 'user',
    isBot: false,
    isActive: true,
    lastLoginAt: null,
    presenceChoice: 'online',
    presenceUntil: null,
    statusText: null,
    statusUntil: null,
    avatarAttachmentId: null,
    lastSeenAt: null,
    updatedAt: createdAt,
    deletedAt: null,
    isBeingDeleted: false,
    ...facts,
  };
}
