import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import type {
  DiscoveredChannelView,
  GroupDetailView,
  MemberView,
  MessageView,
  MyGroupView,
  Page,
  ReadStateView,
  ReceiptView,
  TypingView,
} from '../../contract/views.js';
import { addCrowd } from '../support/crowd.js';
import { explained, type Explained } from '../support/explained.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { walkPages } from '../support/walk-pages.js';

const size = 10_000;

describe('a channel of ten thousand members', () => {
  let app: TestApp;
  let owner: Person;
  let watcher: Person;
  let channel: GroupDetailView;
  let message: MessageView;
  beforeAll(async () => {
    // Command monitoring is on only where commands are logged.
    app = await startTestApp({ LOG_DB_QUERIES: 'true' });
    [owner, watcher] = await Promise.all([aPerson(app), aPerson(app)]);
    channel = await owner.createGroup({ kind: 'channel', memberIds: [watcher.id] });
    await addCrowd(app, channel, size - 2);
    message = await owner.sendMessage(channel.id);
  }, 120_000);
  afterAll(() => app.stop());

  const path = (rest: string) => `/groups/${channel.id}/${rest}`;
  const page = async <Item>(rest: string, by = owner) => expectStatus(await by.api.get<Page<Item>>(path(rest)), 200);

  /** Each query was answered from an index, and read little more than it gave. */
  function expectFrugal(queries: Explained[]): void {
    expect(queries.length).toBeGreaterThan(0);
    for (const { isCollectionScan, documentsExamined, returned } of queries) {
      expect(isCollectionScan).toBe(false);
      expect(documentsExamined).toBeLessThanOrEqual(3 * Math.max(1, returned));
    }
  }

  it('is listed page by page, everyone once', async () => {
    const members = await walkPages<MemberView>(owner.api, path('members?limit=100'));
    expect(members).toHaveLength(size);
    expect(new Set(members.map(({ user }) => user.id)).size).toBe(size);
  });

  it.each([
    ['the first page of members', 'members?limit=50', 50],
    ['the only owner', 'members?role=owner', 1],
    ['moderators, of whom there are none', 'members?role=moderator', 0],
    ['those who are not there', 'members?online=false&limit=50', 50],
    ['the first page of read markers', 'read-state?limit=50', 50],
  ])('is read from an index, and no more of it than is shown: %s', async (_what, rest, expected) => {
    const queries = await explained(app, 'memberships', async () => {
      expect((await page(rest)).items).toHaveLength(expected);
    });
    // Of those who are not there, five hundred are looked at in one go: who is there is not in the database.
    if (rest.includes('online')) expect(queries[0]!.documentsExamined).toBeLessThanOrEqual(500);
    else expectFrugal(queries);
    expect(queries.map(({ sorts }) => sorts)).not.toContain(true);
  });

  it('is read in the middle as at the beginning', async () => {
    for (const rest of ['members?limit=50', 'read-state?limit=50']) {
      const { nextCursor } = await page(rest);
      expectFrugal(await explained(app, 'memberships', () => page(`${rest}&cursor=${nextCursor!}`)));
    }
  });

  it('tells who is there, by looking at those who are and not at all ten thousand', async () => {
    const [adas, watchers] = await Promise.all([owner.connect(), watcher.connect()]);
    const queries = await explained(app, 'memberships', async () => {
      const { items } = await page<MemberView>('members?online=true');
      expect(items.map(({ user }) => user.id).toSorted()).toEqual([owner.id, watcher.id].toSorted());
    });
    expectFrugal(queries);
    expect((await page<MemberView>('members?online=true&role=owner')).items.map(({ user }) => user.id)).toEqual([
      owner.id,
    ]);
    const seen = await walkPages<MemberView>(owner.api, path('members?online=true&limit=1'));
    expect(seen.map(({ user }) => user.id)).toEqual([owner.id, watcher.id].toSorted());
    const away = await page<MemberView>('members?online=false&limit=100');
    expect(away.items.map(({ user }) => user.id)).not.toContain(owner.id);
    adas.close();
    watchers.close();
  });

  it('tells who has a message, without reading those who have not', async () => {
    const receipts = async () =>
      expectStatus(await owner.api.get<Page<ReceiptView>>(`/messages/${message.id}/receipts`), 200).items;
    expectFrugal(
      await explained(app, 'memberships', async () => {
        expect(await receipts()).toEqual([]);
      }),
    );
    expectStatus(await watcher.api.put(path('read'), { seq: message.seq }), 200);
    expectFrugal(
      await explained(app, 'memberships', async () => {
        expect((await receipts()).map(({ userId }) => userId)).toEqual([watcher.id]);
      }),
    );
    const states = await walkPages<ReadStateView>(owner.api, path('read-state?limit=100'));
    expect(states.filter(({ readSeq }) => readSeq > 0).map(({ userId }) => userId)).toEqual([watcher.id]);
  });

  it('has its number of members in every list, without counting them', async () => {
    const counts: number[] = [];
    const queries = await explained(app, 'memberships', async () => {
      const mine = expectStatus(await owner.api.get<Page<MyGroupView>>('/groups'), 200);
      const all = expectStatus(await owner.api.get<Page<DiscoveredChannelView>>('/groups/discover'), 200);
      counts.push(...[...mine.items, ...all.items].map(({ memberCount }) => memberCount));
    });
    expect(counts).toEqual([size, size]);
    expectFrugal(queries);
  });

  it('spares its members the news of who comes, goes and reads; only he himself is told, on all his devices', async () => {
    const newcomer = await aPerson(app);
    const [watchers, phone, desk] = await Promise.all([watcher.connect(), newcomer.connect(), newcomer.connect()]);
    expectStatus(await newcomer.api.post(path('join')), 200);
    expectStatus(await newcomer.api.put(path('read'), { seq: 1 }), 200);
    expectStatus(await owner.api.put(path(`members/${newcomer.id}`), { role: 'moderator' }), 200);
    await newcomer.sendMessage(channel.id);
    expectStatus(await newcomer.api.put(path('read'), { seq: 2 }), 200);
    expectStatus(await newcomer.api.post(path('leave')), 204);
    for (const socket of [phone, desk]) {
      await socket.next('member_removed');
      const told = new Set(socket.received.map(({ event }) => event));
      for (const event of ['member_added', 'member_updated', 'new_message', 'read'] as const)
        expect(told).toContain(event);
    }
    phone.close();
    desk.close();
    // By then the news of what was before would be there.
    const last = await owner.sendMessage(channel.id);
    await watchers.next('new_message', ({ message: { id } }) => id === last.id);
    await watchers.settled();
    const told = new Set(watchers.received.map(({ event }) => event));
    expect([...told].filter((event) => event !== 'offline_message').toSorted()).toEqual([
      'connected',
      'new_message',
      'pong',
    ]);
    watchers.close();
  });
});

describe('a group of as many as are told of each other', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  it.each([
    ['is still told', limits.audience.maxMembers, 1],
    ['is not told any more with one more', limits.audience.maxMembers + 1, 0],
  ])('%s', async (_what, members, expected) => {
    const [ada, bob, cleo] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
    const group = await ada.createGroup({ memberIds: [bob.id, cleo.id] });
    await addCrowd(app, group, members - 3);
    const socket = await ada.connect();
    expectStatus(await ada.api.put(`/groups/${group.id}/members/${bob.id}`, { role: 'moderator' }), 200);
    const last = await ada.sendMessage(group.id);
    expectStatus(await cleo.api.put(`/groups/${group.id}/read`, { seq: last.seq }), 200);
    const typing = `/groups/${group.id}/typing`;
    expectStatus(await cleo.api.put(typing, { isTyping: true }), 204);
    expect(expectStatus(await ada.api.get<TypingView>(typing), 200).userIds).toEqual([cleo.id]);
    expectStatus(await cleo.api.put(typing, { isTyping: false }), 204);
    await socket.settled();
    expect(socket.all('member_updated')).toHaveLength(expected);
    expect(socket.all('read')).toHaveLength(expected);
    expect(socket.all('typing').at(-1)?.userIds).toEqual(expected === 0 ? undefined : []);
    socket.close();
  });

  it('is told of the end of a typing that it was told of, when another member has come meanwhile', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const group = await ada.createGroup({ kind: 'channel' });
    await addCrowd(app, group, limits.audience.maxMembers - 1);
    const socket = await ada.connect();
    expectStatus(await ada.api.put(`/groups/${group.id}/typing`, { isTyping: true }), 204);
    await socket.next('typing', ({ userIds }) => userIds.includes(ada.id));
    expectStatus(await bob.api.post(`/groups/${group.id}/join`), 200);
    expectStatus(await ada.api.put(`/groups/${group.id}/typing`, { isTyping: false }), 204);
    await socket.next('typing', ({ userIds }) => userIds.length === 0);
    socket.close();
  });
});
