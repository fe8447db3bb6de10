import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { OwnUserView, PublicUserView } from '../../contract/views.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** What everyone may see of someone, and nothing else. */
function publicPartOf({ user }: Person): PublicUserView {
  const { id, username, displayName, avatarUrl, role, presence, statusText, lastSeenAt, isBot, createdAt } = user;
  return { id, username, displayName, avatarUrl, role, presence, statusText, lastSeenAt, isBot, createdAt };
}

describe('profiles', () => {
  let app: TestApp;
  let ada: Person;
  let bob: Person;
  beforeAll(async () => {
    app = await startTestApp();
    [ada, bob] = await Promise.all([aPerson(app, { displayName: 'Ada Lovelace' }), aPerson(app)]);
  });
  afterAll(() => app.stop());

  it('show me my own with address, activity and last login, on both routes', async () => {
    for (const path of ['/users/me', '/auth/profile']) {
      const body = expectStatus(await ada.api.get<OwnUserView>(path), 200);
      expect(body).toEqual({
        ...publicPartOf(ada),
        email: ada.user.email,
        isActive: true,
        lastLoginAt: body.lastLoginAt,
        presenceChoice: 'online',
        presenceUntil: null,
      });
      expect(body.lastLoginAt).not.toBeNull();
    }
  });

  it('show another by id, in either case, without what is private', async () => {
    for (const id of [ada.id, ada.id.toUpperCase()]) {
      expect(expectStatus(await bob.api.get(`/users/${id}`), 200)).toEqual(publicPartOf(ada));
    }
  });

  it('show another by username, in any case', async () => {
    for (const name of [ada.username, ada.username.toUpperCase()]) {
      expect(expectStatus(await bob.api.get(`/users/by-username/${name}`), 200)).toEqual(publicPartOf(ada));
    }
  });

  it('are not found for an id or a name that nobody has', async () => {
    expectProblem(await bob.api.get(`/users/${randomUUID()}`), 'not_found');
    expectProblem(await bob.api.get('/users/by-username/nobody-of-this-name'), 'not_found');
    expectProblem(await bob.api.get(`/users/by-username/${encodeURIComponent(ada.user.email!)}`), 'not_found');
  });

  it('are refused for an id that is none', async () => {
    for (const id of ['1', 'ada', '%7B%22%24ne%22%3Anull%7D', ada.id.slice(1)]) {
      expectProblem(await bob.api.get(`/users/${id}`), 'validation_failed');
    }
  });

  it('carry an ETag and are not sent again while nothing changed', async () => {
    const first = await bob.api.get(`/users/${ada.id}`);
    const etag = first.headers.get('etag');
    expect(etag).toMatch(/^(W\/)?"[^"]+"$/);
    // Without a word of its own about caches, fetch asks for an answer that is not from one.
    const ask = (id: string) => bob.api.get(`/users/${id}`, { 'if-none-match': etag!, 'cache-control': 'max-age=0' });
    const second = await ask(ada.id);
    expect({ status: second.status, body: second.body }).toEqual({ status: 304, body: '' });
    expectStatus(await ask(bob.id), 200);
  });
});
