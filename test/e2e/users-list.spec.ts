import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Page, PublicUserView } from '../../contract/views.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { walkPages } from '../support/walk-pages.js';

describe('the list of users', () => {
  let app: TestApp;
  let reader: Person;
  beforeAll(async () => {
    app = await startTestApp();
    reader = await aPerson(app, { username: 'reader' });
  });
  afterAll(() => app.stop());

  /** Usernames that nobody else's begin with. */
  const aPrefix = () => `p${randomUUID().slice(0, 8)}`;
  const register = (usernames: string[]) => Promise.all(usernames.map((username) => aPerson(app, { username })));
  const find = async (q: string): Promise<string[]> => {
    const answer = await reader.api.get<Page<PublicUserView>>(`/users?q=${encodeURIComponent(q)}`);
    return expectStatus(answer, 200).items.map(({ username }) => username);
  };

  it('finds people by the beginning of their username, in any case and in order', async () => {
    const prefix = aPrefix();
    await register([`${prefix}-Carol`, `${prefix}-ada`, `${prefix}-Bob`, `x${prefix}`]);
    const expected = [`${prefix}-ada`, `${prefix}-Bob`, `${prefix}-Carol`];
    expect(await find(prefix)).toEqual(expected);
    expect(await find(prefix.toUpperCase())).toEqual(expected);
    expect(await find(`${prefix}-b`)).toEqual([`${prefix}-Bob`]);
  });

  it('finds a display name however Unicode writes it', async () => {
    const word = `Zoe\u0301 ${randomUUID().slice(0, 8)}`;
    const zoe = await aPerson(app, { displayName: word });
    expect(await find(word.normalize('NFC'))).toEqual([zoe.username]);
  });

  it('finds people by the beginning of their display name, in any case', async () => {
    const word = `Ünal ${randomUUID().slice(0, 8)}`;
    const [unal] = await Promise.all([
      aPerson(app, { displayName: `${word} Öz` }),
      aPerson(app, { displayName: `Not ${word}` }),
    ]);
    expect(await find(word.toUpperCase())).toEqual([unal.username]);
  });

  it('lists who was found by username first, then who only by display name, each once, over all pages', async () => {
    const prefix = aPrefix();
    await Promise.all([
      aPerson(app, { username: `x${prefix}-1`, displayName: `${prefix} B` }),
      aPerson(app, { username: `x${prefix}-2`, displayName: `${prefix} A` }),
      aPerson(app, { username: `x${prefix}-3`, displayName: `${prefix} B` }),
      aPerson(app, { username: `${prefix}-b`, displayName: `${prefix} A` }),
      aPerson(app, { username: `${prefix}-a` }),
    ]);
    for (const limit of [1, 2, 3, 5, 6]) {
      const users = await walkPages<PublicUserView>(reader.api, `/users?q=${prefix}&limit=${String(limit)}`);
      const names = [`${prefix}-a`, `${prefix}-b`, `x${prefix}-2`, `x${prefix}-1`, `x${prefix}-3`];
      expect(users.map(({ username }) => username)).toEqual(names);
    }
  });

  it('takes what is asked for as it is, never as a pattern', async () => {
    const prefix = aPrefix();
    await register([`${prefix}.a`, `${prefix}-a`]);
    expect(await find(`${prefix}.`)).toEqual([`${prefix}.a`]);
    for (const pattern of ['.*', '^', `${prefix}.*`, '$where', '[a-z]']) expect(await find(pattern)).toEqual([]);
  });

  it('gives no address away', async () => {
    const prefix = aPrefix();
    const [ada] = await register([prefix]);
    const answer = await reader.api.get<Page<PublicUserView>>(`/users?q=${prefix}`);
    expect(answer.body.items.map((user) => Object.keys(user).sort())).toEqual([
      [
        'avatarUrl',
        'createdAt',
        'displayName',
        'id',
        'isBot',
        'lastSeenAt',
        'presence',
        'role',
        'statusText',
        'username',
      ],
    ]);
    expect(JSON.stringify(answer.body)).not.toContain(ada!.user.email);
  });

  it('leaves out who is deactivated', async () => {
    const prefix = aPrefix();
    await register([`${prefix}-a`, `${prefix}-b`]);
    await app.connection.collection('users').updateOne({ username: `${prefix}-a` }, { $set: { isActive: false } });
    expect(await find(prefix)).toEqual([`${prefix}-b`]);
  });

  it('neither skips nor repeats anyone while others register', async () => {
    const prefix = aPrefix();
    const fromTheStart = Array.from({ length: 10 }, (_, index) => `${prefix}-m${String(index)}`);
    await register(fromTheStart);
    const users = await walkPages<PublicUserView>(reader.api, `/users?q=${prefix}&limit=3`, async (page) => {
      // One before every place that was given out, and one between what was and what was not.
      await register([`${prefix}-a${String(page)}`, `${prefix}-m${String(page * 3 - 1)}-a`]);
    });
    const seen = users.map(({ username }) => username);
    expect(seen.filter((username) => fromTheStart.includes(username))).toEqual(fromTheStart);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).not.toContain(`${prefix}-a1`);
    expect(seen).toContain(`${prefix}-m2-a`);
  });

  it('gives 50 at a time unless asked for another number, up to 100', async () => {
    const prefix = aPrefix();
    await register(Array.from({ length: 51 }, (_, index) => `${prefix}-${String(index)}`));
    const byDefault = expectStatus(await reader.api.get<Page<PublicUserView>>(`/users?q=${prefix}`), 200);
    expect(byDefault.items).toHaveLength(50);
    expect(byDefault.hasMore).toBe(true);
    const hundred = expectStatus(await reader.api.get<Page<PublicUserView>>(`/users?q=${prefix}&limit=100`), 200);
    expect(hundred.items).toHaveLength(51);
    expect(hundred).toMatchObject({ hasMore: false, nextCursor: null });
    const one = expectStatus(await reader.api.get<Page<PublicUserView>>(`/users?q=${prefix}&limit=1`), 200);
    expect(one.items).toHaveLength(1);
  });

  it.each(['limit=0', 'limit=101', 'limit=-1', 'limit=1.5', 'limit=many', 'limit=', 'limit=2&limit=3', 'q=a&q=b'])(
    'refuses %s',
    async (query) => {
      expectProblem(await reader.api.get(`/users?${query}`), 'validation_failed');
    },
  );
});
