import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { AdminGroupView, Page } from '../../contract/views.js';
import { anAdmin } from '../support/admin.js';
import { explained } from '../support/explained.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { walkPages } from '../support/walk-pages.js';

describe("an admin's list of groups", () => {
  let app: TestApp;
  let admin: Person;
  let ada: Person;
  let bob: Person;
  beforeAll(async () => {
    // Command monitoring is on only where commands are logged.
    app = await startTestApp({ LOG_DB_QUERIES: 'true' });
    [admin, ada, bob] = await Promise.all([anAdmin(app), aPerson(app), aPerson(app)]);
  });
  afterAll(() => app.stop());

  const aWord = () => `w${randomUUID().slice(0, 8)}`;
  const page = async (query: string) =>
    expectStatus(await admin.api.get<Page<AdminGroupView>>(`/admin/groups?${query}`), 200).items;
  const names = async (query: string) =>
    (await walkPages<AdminGroupView>(admin.api, `/admin/groups?limit=2&${query}`)).map(({ name }) => name);

  it('shows size and activity of groups that are not his, and nothing of what is in them', async () => {
    const name = aWord();
    const group = await ada.createGroup({ name, memberIds: [bob.id] });
    await ada.sendMessage(group.id, 'a secret');
    const message = await bob.sendMessage(group.id, 'another');
    const items = await page(`q=${name}`);
    const { role: _role, otherUser: _other, ...view } = group;
    expect(items).toEqual([
      {
        ...view,
        createdBy: ada.id,
        ownerId: ada.id,
        messageCount: 2,
        lastActivityAt: message.createdAt,
        closedAt: null,
      },
    ]);
    expectProblem(await admin.api.get(`/groups/${group.id}`), 'not_a_member');
  });

  it('shows a direct conversation without telling whose it is', async () => {
    const { body } = await ada.api.put<{ id: string }>(`/groups/direct/${bob.id}`);
    const [item] = await page('kind=direct&limit=1');
    expect(item).toMatchObject({ id: body.id, name: null, memberCount: 2, ownerId: null, messageCount: 0 });
  });

  it('finds by name in either case, by kind, and what was deleted', async () => {
    const word = aWord();
    const channel = await ada.createGroup({ kind: 'channel', name: `${word} C` });
    const group = await ada.createGroup({ name: `${word} G` });
    const gone = await ada.createGroup({ kind: 'channel', name: `${word} D` });
    expectStatus(await ada.api.delete(`/groups/${gone.id}`), 204);
    expectStatus(await ada.api.patch(`/groups/${group.id}`, { name: `${word} renamed` }), 200);
    const q = `q=${word.toUpperCase()}`;
    expect(await names(q)).toEqual([`${word} D`, `${word} renamed`, channel.name]);
    expect(await names(`${q}&kind=group`)).toEqual([`${word} renamed`]);
    expect(await names(`${q}&isActive=true`)).toEqual([`${word} renamed`, channel.name]);
    expect(await names(`${q}&isActive=false`)).toEqual([`${word} D`]);
    const [closed] = await page(`${q}&isActive=false`);
    expect(closed).toMatchObject({ memberCount: 0, ownerId: null, closedAt: expect.any(String) });
  });

  it('has three orders, page by page, without skipping or repeating any', async () => {
    const word = aWord();
    const [large, small, middle] = [
      await ada.createGroup({ name: `${word} large`, memberIds: [bob.id, admin.id] }),
      await ada.createGroup({ name: `${word} small` }),
      await ada.createGroup({ name: `${word} middle`, memberIds: [bob.id] }),
    ];
    await ada.sendMessage(small.id);
    await ada.sendMessage(large.id);
    const [l, s, m] = [large, small, middle].map(({ name }) => name);
    expect(await names(`q=${word}`)).toEqual([m, s, l]);
    expect(await names(`q=${word}&sort=size`)).toEqual([l, m, s]);
    expect(await names(`q=${word}&sort=activity`)).toEqual([l, s, m]);
    const count = await app.connection.collection('groups').countDocuments();
    for (const sort of ['createdAt', 'size', 'activity']) {
      const all = await walkPages<AdminGroupView>(admin.api, `/admin/groups?limit=3&sort=${sort}`);
      expect(new Set(all.map(({ id }) => id)).size).toBe(count);
      expect(all).toHaveLength(count);
    }
  });

  it('is read from an index in its order', async () => {
    for (let count = 0; count < 60; count += 1) await ada.createGroup();
    for (const query of ['limit=10', 'limit=10&kind=group', 'limit=10&q=group']) {
      const [first] = await explained(app, 'groups', () => page(query));
      expect(first).toMatchObject({ isCollectionScan: false, returned: 11 });
    }
    const [newest] = await explained(app, 'groups', () => page('limit=10'));
    expect(newest).toMatchObject({ sorts: false, documentsExamined: 11 });
  });

  it.each(['sort=name', 'kind=none', 'isActive=maybe', 'limit=101', 'q[]=x', 'cursor=x'])(
    'refuses %s',
    async (query) => {
      expectProblem(await admin.api.get(`/admin/groups?${query}`), 'validation_failed');
    },
  );

  it('is for admins', async () => {
    expectProblem(await ada.api.get('/admin/groups'), 'forbidden');
  });
});
