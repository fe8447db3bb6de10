import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { AdminUserView, Page, PublicUserView } from '../../contract/views.js';
import { anAdmin } from '../support/admin.js';
import { explained } from '../support/explained.js';
import { putUsers } from '../support/many-users.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

describe('among some thousand users', () => {
  let app: TestApp;
  let reader: Person;
  beforeAll(async () => {
    // Command monitoring is on only where commands are logged.
    app = await startTestApp({ LOG_DB_QUERIES: 'true' });
    reader = await aPerson(app, { username: 'reader' });
    const numbers = Array.from({ length: 4000 }, (_, index) => String(index).padStart(4, '0'));
    await putUsers(app, [
      // Half of the names begin with the same letter, under both names; every tenth of those is deactivated.
      ...numbers.slice(0, 2000).map((number) => ({
        username: `ann-${number}`,
        displayName: `Ann ${number}`,
        isActive: !number.endsWith('0'),
      })),
      ...numbers.slice(2000).map((number) => ({ username: `user-${number}`, displayName: `Zed ${number}` })),
    ]);
  });
  afterAll(() => app.stop());

  let admin: Person | undefined;
  const theAdmin = async () => (admin ??= await anAdmin(app));
  const list = async (query: string) =>
    expectStatus(await reader.api.get<Page<PublicUserView>>(`/users?${query}`), 200);

  it.each([
    ['everybody', 'limit=50', 50],
    ['a letter that half of them begin with', 'q=a&limit=50', 50],
    ['a username', 'q=ann-0123', 1],
    ['a display name', 'q=zed&limit=50', 50],
    ['one display name', 'q=zed%202345', 1],
    ['a name that nobody has', 'q=nobody', 0],
  ])('a page of the list is read from an index in its order: %s', async (_what, query, expected) => {
    const queries = await explained(app, 'users', async () => {
      expect((await list(query)).items).toHaveLength(expected);
    });
    expect(queries.length).toBeGreaterThan(0);
    expect(
      queries.filter(({ isCollectionScan, sorts, indexes }) => isCollectionScan || sorts || indexes.length === 0),
    ).toEqual([]);
    const examined = queries.reduce((sum, query) => sum + query.documentsExamined, 0);
    const returned = queries.reduce((sum, query) => sum + query.returned, 0);
    expect(examined).toBeLessThanOrEqual(3 * returned);
  });

  it.each(['q=a&limit=50', 'q=zed&limit=50'])('so is a page in the middle: %s', async (query) => {
    const { nextCursor } = await list(query);
    const queries = await explained(app, 'users', () => list(`${query}&cursor=${String(nextCursor)}`));
    expect(queries.map(({ isCollectionScan, sorts }) => isCollectionScan || sorts)).not.toContain(true);
    for (const { documentsExamined, returned } of queries) expect(documentsExamined).toBeLessThanOrEqual(3 * returned);
  });

  it.each([
    ['everybody by registration', '', 50],
    ['everybody by username', 'sort=username', 50],
    ['everybody by last login', 'sort=lastLoginAt', 50],
    ['by an address', 'q=user-2345%40ex', 1],
    ['by a name', 'q=ann-0123', 1],
    ['the admins', 'role=admin', 1],
    ['the deactivated by name', 'isActive=false&sort=username', 50],
  ])('so is the list of an admin: %s', async (_what, query, expected) => {
    const admin = await theAdmin();
    const queries = await explained(app, 'users', async () => {
      const { items } = expectStatus(await admin.api.get<Page<AdminUserView>>(`/admin/users?${query}`), 200);
      expect(items).toHaveLength(expected);
    });
    expect(queries.map(({ isCollectionScan }) => isCollectionScan)).not.toContain(true);
    const examined = queries.reduce((sum, query) => sum + query.documentsExamined, 0);
    const returned = queries.reduce((sum, query) => sum + query.returned, 0);
    expect(examined).toBeLessThanOrEqual(3 * returned);
  });

  it('the list of who is online reads nobody else', async () => {
    const socket = await reader.connect();
    const queries = await explained(app, 'users', () => reader.api.get('/users/online'));
    expect(queries.filter(({ isCollectionScan }) => isCollectionScan)).toEqual([]);
    expect(queries.reduce((sum, query) => sum + query.documentsExamined, 0)).toBeLessThanOrEqual(1);
    socket.close();
  });
});
