import { newUserRecord } from '../../src/users/new-user-record.js';
import { newUserId } from '../../src/common/ids.js';
import type { UserRecord } from '../../src/users/user.schema.js';
import type { TestApp } from './test-app.js';

/** Puts people into the database past the API: thousands of registrations would take minutes. */
export async function putUsers(app: TestApp, users: readonly (Partial<UserRecord> & { username: string })[]) {
  const start = Date.UTC(2026, 0, 1);
  const records = users.map((about, index) =>
    newUserRecord({
      _id: newUserId(),
      displayName: about.username,
      email: `${about.username}@example.org`,
      passwordHash: null,
      createdAt: new Date(start + index * 1000),
      ...about,
    }),
  );
  await app.connection.collection<UserRecord>('users').insertMany(records);
}
