import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { AdminUserView, Page } from '../../contract/views.js';
import { ApiClient } from '../support/api-client.js';
import { anAdmin } from '../support/admin.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { PlainSocket } from '../support/plain-socket.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestSocket } from '../support/test-socket.js';
import { walkPages } from '../support/walk-pages.js';

const change = (by: Person, { id }: Person, request: object) => by.api.patch<AdminUserView>(`/users/${id}`, request);
const mayAdminister = async ({ api }: Person) => (await api.get('/admin/users?limit=1')).status;

describe('administration of users', () => {
  let app: TestApp;
  let admin: Person;
  beforeAll(async () => {
    app = await startTestApp();
    admin = await anAdmin(app);
  });
  afterAll(() => app.stop());

  describe('of a role', () => {
    it('is effective at once, though the access token says otherwise until it is renewed', async () => {
      const ada = await aPerson(app);
      expectProblem(await ada.api.get('/admin/users'), 'forbidden');
      expect(expectStatus(await change(admin, ada, { role: 'admin' }), 200)).toMatchObject({ role: 'admin' });
      expect(await mayAdminister(ada)).toBe(200);
      const again = await ada.logInAgain();
      expectStatus(await change(admin, ada, { role: 'user' }), 200);
      for (const person of [ada, again]) expectProblem(await person.api.get('/admin/users'), 'forbidden');
      expectProblem(await change(again, admin, { role: 'user' }), 'forbidden');
    });

    it('is effective at once also when something else than this server has changed it', async () => {
      const ada = await anAdmin(app);
      expect(await mayAdminister(ada)).toBe(200);
      await app.connection.collection<{ _id: string }>('users').updateOne({ _id: ada.id }, { $set: { role: 'user' } });
      expectProblem(await ada.api.get('/admin/users'), 'forbidden');
    });
  });

  describe('of an account that is taken out of use', () => {
    it('ends its sessions: sockets are closed, tokens refused everywhere, and nobody logs in with it', async () => {
      const ada = await aPerson(app);
      const again = await ada.logInAgain();
      const [socket, plain] = [await ada.connect(), await again.connectPlain()];
      const body = expectStatus(await change(admin, ada, { isActive: false }), 200);
      expect(body).toMatchObject({ id: ada.id, isActive: false });

      for (const client of [socket, plain]) {
        expect(await client.next('session_revoked')).toEqual({ reason: 'deactivated' });
      }
      for (const person of [ada, again]) {
        const { accessToken, refreshToken } = person.tokens;
        expectProblem(await person.api.get('/users/me'), 'session_revoked');
        expectProblem(await new ApiClient(app.api).post('/auth/refresh', { refreshToken }), 'session_revoked');
        expect(await TestSocket.refused(app.url, accessToken)).toMatchObject({ code: 'session_revoked' });
        const headers = { authorization: `Bearer ${accessToken}` };
        expect(await PlainSocket.refused(app.url, { headers })).toMatchObject({ body: { code: 'session_revoked' } });
      }
      const login = { login: ada.username, password: ada.password };
      expectProblem(await new ApiClient(app.api).post('/auth/login', login), 'invalid_credentials');
      expect(await app.connection.collection('sessions').countDocuments({ userId: ada.id })).toBe(0);
    });

    it('has none of its old sessions when it is given back, but can log in again', async () => {
      const ada = await aPerson(app);
      expectStatus(await change(admin, ada, { isActive: false }), 200);
      // As a server leaves it that was killed in between.
      const sessions = app.connection.collection<{ _id: string } & Record<string, unknown>>('sessions');
      const expiresAt = new Date(Date.now() + 3_600_000);
      await sessions.insertOne({ _id: randomUUID(), userId: ada.id, generation: 1, createdAt: new Date(), expiresAt });
      expectStatus(await change(admin, ada, { isActive: true }), 200);
      expect(await app.connection.collection('sessions').countDocuments({ userId: ada.id })).toBe(0);
      expectProblem(await ada.api.get('/users/me'), 'session_revoked');
      expectStatus(await (await ada.logInAgain()).api.get('/users/me'), 200);
    });

    it('can be an admin, whose administration ends with it', async () => {
      const ada = await anAdmin(app);
      expectStatus(await change(admin, ada, { isActive: false }), 200);
      expectProblem(await ada.api.get('/admin/users'), 'session_revoked');
    });
  });

  it('is refused for what nobody is, and does nothing when nothing is asked', async () => {
    expectProblem(await admin.api.patch(`/users/${randomUUID()}`, { role: 'user' }), 'not_found');
    const ada = await aPerson(app);
    const before = await app.connection.collection<{ _id: string }>('users').findOne({ _id: ada.id });
    for (const request of [{}, { role: 'user' }, { isActive: true }]) {
      expectStatus(await change(admin, ada, request), 200);
    }
    expect(await app.connection.collection<{ _id: string }>('users').findOne({ _id: ada.id })).toEqual(before);
    expectStatus(await ada.api.get('/users/me'), 200);
  });

  describe('lists', () => {
    const list = async (query: string) =>
      (await walkPages<AdminUserView>(admin.api, `/admin/users?limit=2&${query}`)).map(({ username }) => username);

    it('everyone with what only an admin may see', async () => {
      const ada = await aPerson(app);
      const { items } = expectStatus(await admin.api.get<Page<AdminUserView>>(`/admin/users?q=${ada.username}`), 200);
      const { body: shown } = await admin.api.get<object>(`/users/${ada.id}`);
      expect(items).toEqual([
        {
          ...shown,
          email: ada.user.email,
          isActive: true,
          lastLoginAt: expect.any(String),
          updatedAt: expect.any(String),
          deletedAt: null,
        },
      ]);
    });

    it('finds by username, display name and address, in either case, whatever the order', async () => {
      const word = `w${randomUUID().slice(0, 8)}`;
      const byName = await aPerson(app, { username: `${word}-1` });
      const byDisplayName = await aPerson(app, { displayName: `${word} two` });
      const byAddress = await aPerson(app, { email: `${word}.3@example.org` });
      const names = [byName, byDisplayName, byAddress].map(({ username }) => username);
      for (const sort of ['createdAt', 'lastLoginAt']) {
        expect(await list(`q=${word.toUpperCase()}&sort=${sort}`)).toEqual(names.toReversed());
      }
      expect(await list(`q=${word}&sort=username`)).toEqual(names.toSorted());
    });

    it('by role and by whether the account is in use', async () => {
      const word = `w${randomUUID().slice(0, 8)}`;
      const [one, two, three] = await Promise.all(
        [1, 2, 3].map((n) => aPerson(app, { username: `${word}-${String(n)}` })),
      );
      expectStatus(await change(admin, one!, { role: 'admin' }), 200);
      expectStatus(await change(admin, two!, { isActive: false }), 200);
      const rest = `q=${word}&sort=username`;
      expect(await list(`${rest}&role=admin`)).toEqual([one!.username]);
      expect(await list(`${rest}&role=user`)).toEqual([two!.username, three!.username]);
      expect(await list(`${rest}&isActive=false`)).toEqual([two!.username]);
      expect(await list(`${rest}&isActive=true&role=user`)).toEqual([three!.username]);
    });

    it('in three orders, page by page, without skipping or repeating anyone, those who never logged in last', async () => {
      const word = `w${randomUUID().slice(0, 8)}`;
      const people: Person[] = [];
      for (const n of [3, 1, 4, 2, 5]) people.push(await aPerson(app, { username: `${word}-${String(n)}` }));
      const ids = people.map(({ id }) => id);
      const users = app.connection.collection<{ _id: string; lastLoginAt: Date | null }>('users');
      const at = new Date('2026-01-01T00:00:00.000Z');
      await users.updateMany({ _id: { $in: ids.slice(0, 2) } }, { $set: { lastLoginAt: null } });
      await users.updateMany({ _id: { $in: ids.slice(2, 4) } }, { $set: { lastLoginAt: at } });
      const name = (n: number) => `${word}-${String(n)}`;
      expect(await list(`q=${word}&sort=username`)).toEqual([1, 2, 3, 4, 5].map(name));
      expect(await list(`q=${word}`)).toEqual([5, 2, 4, 1, 3].map(name));
      expect(await list(`q=${word}&sort=lastLoginAt`)).toEqual([5, 2, 4, 1, 3].map(name));
      for (const sort of ['username', 'createdAt', 'lastLoginAt']) {
        const everybody = await walkPages<AdminUserView>(admin.api, `/admin/users?limit=3&sort=${sort}`);
        expect(new Set(everybody.map(({ id }) => id)).size).toBe(everybody.length);
        expect(everybody).toHaveLength(await users.countDocuments());
      }
    });

    it.each(['sort=email', 'role=owner', 'isActive=1', 'isActive=', 'limit=0', 'q[$ne]=x', 'cursor=x'])(
      'refuses %s',
      async (query) => {
        expectProblem(await admin.api.get(`/admin/users?${query}`), 'validation_failed');
      },
    );

    it('refuses a cursor of another order, and one that was made up', async () => {
      const { body } = await admin.api.get<Page<AdminUserView>>('/admin/users?limit=1&sort=username');
      expectProblem(await admin.api.get(`/admin/users?cursor=${String(body.nextCursor)}`), 'validation_failed');
      const made = Buffer.from('["admin-users-by-createdAt","no time","x"]').toString('base64url');
      expectProblem(await admin.api.get(`/admin/users?cursor=${made}`), 'validation_failed');
    });
  });
});

describe('the first admin and the last', () => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp({ ADMIN_EMAIL: 'Root@Example.org' });
  });
  afterEach(() => app.stop());

  const theAdmin = () => aPerson(app, { email: 'rOOT@example.org' });

  it('registers with ADMIN_EMAIL, in either case; nobody else does', async () => {
    const [root, ada] = [await theAdmin(), await aPerson(app)];
    expect([root.user.role, ada.user.role]).toEqual(['admin', 'user']);
    expect([await mayAdminister(root), await mayAdminister(ada)]).toEqual([200, 403]);
  });

  it('cannot step down, in whatever way, while nobody else could do his work', async () => {
    const [root, ada] = [await theAdmin(), await aPerson(app)];
    for (const request of [{ role: 'user' }, { isActive: false }, { role: 'user', isActive: false }]) {
      expectProblem(await change(root, root, request), 'conflict');
    }
    expect(await mayAdminister(root)).toBe(200);
    expectStatus(await change(root, ada, { role: 'admin' }), 200);
    expectStatus(await change(root, ada, { isActive: false }), 200);
    // An admin who cannot log in is none.
    expectProblem(await change(root, root, { role: 'user' }), 'conflict');
    expectStatus(await change(root, ada, { isActive: true }), 200);
    expectStatus(await change(root, root, { role: 'user' }), 200);
    expect(await mayAdminister(root)).toBe(403);
  });

  it('are never nobody, also when two step down at once', async () => {
    const admins = [await theAdmin(), await anAdmin(app)];
    const users = app.connection.collection('users');
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(admins.map((one) => change(one, one, { role: 'user' })));
      expect(await users.countDocuments({ role: 'admin' })).toBeGreaterThanOrEqual(1);
      await users.updateMany({}, { $set: { role: 'admin' } });
    }
  });
});
