import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { OnlineUsersPage, PublicUserView } from '../../contract/views.js';
import { eventually } from '../support/eventually.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { walkPages } from '../support/walk-pages.js';

describe('the list of who is online', () => {
  let app: TestApp;
  let reader: Person;
  beforeAll(async () => {
    app = await startTestApp();
    reader = await aPerson(app);
  });
  afterAll(() => app.stop());

  const online = async (query = '') =>
    expectStatus(await reader.api.get<OnlineUsersPage>(`/users/online${query}`), 200);

  it('is empty while nobody is connected, whoever asks', async () => {
    expect(await online()).toEqual({ items: [], nextCursor: null, hasMore: false, total: 0 });
  });

  it('has everyone once who is connected over whatever transport, as others see him, page by page', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, () => aPerson(app)));
    await aPerson(app);
    await Promise.all([...people.map((person) => person.connect()), people[0]!.connect()]);
    const plain = await aPerson(app);
    const socket = await plain.connectPlain();
    await socket.send('presence', { presence: 'dnd', statusText: 'Busy' });
    const expected = [...people, plain].map(({ id }) => id).sort();
    for (const limit of [1, 2, 6, 100]) {
      const users = await walkPages<PublicUserView>(reader.api, `/users/online?limit=${String(limit)}`);
      expect(users.map(({ id }) => id)).toEqual(expected);
    }
    const { items, total } = await online('?limit=2');
    expect({ count: items.length, total }).toEqual({ count: 2, total: 6 });
    const all = await online();
    expect(all.items.find(({ id }) => id === plain.id)).toMatchObject({ presence: 'dnd', statusText: 'Busy' });
    expect(all.items.map(({ presence }) => presence)).not.toContain('offline');

    for (const person of people) person.disconnect();
    await eventually(async () => (await online()).total === 1);
    plain.disconnect();
    await eventually(async () => (await online()).total === 0);
  });

  it('takes no cursor of another list', async () => {
    const { body } = await reader.api.get<OnlineUsersPage>('/users?limit=1');
    expectProblem(await reader.api.get(`/users/online?cursor=${String(body.nextCursor)}`), 'validation_failed');
    expectProblem(await reader.api.get('/users/online?limit=0'), 'validation_failed');
  });
});
