import { displayNameKey, emailKey, usernameKey } from '../../src/users/user-keys.js';
import { newUserId } from '../../src/common/ids.js';
import type { UserRecord } from '../../src/users/user.schema.js';
import type { TestApp } from './test-app.js';

/** Puts people into the database past the API: thousands of registrations would take minutes. */
export async function putUsers(app: TestApp, users: readonly (Partial<UserRecord> & { username: string })[]) {
  const start = Date.UTC(2026, 0, 1);
  const records = users.map((about, index): UserRecord => {
    const { username, displayName = username } = about;
    const email = `${username}@example.org`;
    const createdAt = new Date(start + index * 1000);
    return {
      _id: newUserId(),
      usernameKey: usernameKey(username),
      displayName,
      displayNameKey: displayNameKey(displayName, username),
      email,
      emailKey: emailKey(email),
      passwordHash: null,
      pendingInviteCode: null,
      role: 'user',
      isBot: false,
      isActive: true,
      lastLoginAt: null,
      presenceChoice: 'online',
      presenceUntil: null,
      statusText: null,
      statusUntil: null,
      lastSeenAt: null,
      createdAt,
      updatedAt: createdAt,
      deletedAt: null,
      isBeingDeleted: false,
      ...about,
    };
  });
  await app.connection.collection<UserRecord>('users').insertMany(records);
}
