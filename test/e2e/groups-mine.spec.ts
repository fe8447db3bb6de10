import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { GroupDetailView, MessageView, MyGroupView, Page } from '../../contract/views.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { takeClock, type TestClock } from '../support/test-clock.js';
import { walkPages } from '../support/walk-pages.js';

describe('the list of my groups', () => {
  let app: TestApp;
  let clock: TestClock;
  beforeAll(async () => {
    app = await startTestApp();
    clock = takeClock(app);
  });
  afterAll(() => app.stop());

  const list = async (person: Person, query = 'limit=100') =>
    expectStatus(await person.api.get<Page<MyGroupView>>(`/groups?${query}`), 200);

  /** Groups made one after the other, each a second later than the one before. */
  async function groupsOf(person: Person, count: number): Promise<GroupDetailView[]> {
    const groups: GroupDetailView[] = [];
    for (let index = 0; index < count; index += 1) {
      clock.advance(1000);
      groups.push(await person.createGroup());
    }
    return groups;
  }

  it('is empty for someone who is in none', async () => {
    const ada = await aPerson(app);
    expect(await list(ada)).toEqual({ items: [], nextCursor: null, hasMore: false });
  });

  it('shows a group as it is for me: role, places, what is new, the last message', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const group = await ada.createGroup({ memberIds: [bob.id] });
    await ada.sendMessage(group.id, 'First');
    const last = await bob.sendMessage(group.id, 'Second');
    const { items } = await list(ada);
    expect(items).toEqual([
      {
        ...group,
        role: 'owner',
        lastSeq: 2,
        rev: 2,
        lastReadSeq: items[0]!.lastReadSeq,
        unreadCount: 1,
        unreadCapped: false,
        mentionCount: 0,
        lastMessage: { ...last, status: null },
        lastActivityAt: last.createdAt,
        muted: false,
        mutedUntil: null,
      },
    ]);
  });

  it('shows a group without messages by the time it was made', async () => {
    const ada = await aPerson(app);
    const group = await ada.createGroup();
    const { items } = await list(ada);
    expect(items).toEqual([
      expect.objectContaining({
        lastSeq: 0,
        rev: 0,
        unreadCount: 0,
        lastMessage: null,
        lastActivityAt: group.createdAt,
      }),
    ]);
  });

  it('shows only mine, and of these one kind if asked', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const group = await ada.createGroup();
    const channel = await ada.createGroup({ kind: 'channel' });
    await bob.createGroup({ kind: 'channel' });
    const { body: direct } = await ada.api.put<GroupDetailView>(`/groups/direct/${bob.id}`);
    const ids = async (query: string) => (await list(ada, query)).items.map(({ id }) => id);
    expect(new Set(await ids('limit=100'))).toEqual(new Set([group.id, channel.id, direct.id]));
    expect(await ids('kind=group')).toEqual([group.id]);
    expect(await ids('kind=channel')).toEqual([channel.id]);
    expect(await ids('kind=direct')).toEqual([direct.id]);
    expectProblem(await ada.api.get('/groups?kind=secret'), 'validation_failed');
  });

  it('puts the latest activity first: a message moves its group up', async () => {
    const ada = await aPerson(app);
    const [first, second, third] = await groupsOf(ada, 3);
    expect((await list(ada)).items.map(({ id }) => id)).toEqual([third!.id, second!.id, first!.id]);
    clock.advance(1000);
    await ada.sendMessage(first!.id);
    expect((await list(ada)).items.map(({ id }) => id)).toEqual([first!.id, third!.id, second!.id]);
  });

  describe('page by page', () => {
    it('neither skips nor repeats a group while others become active and new ones are made', async () => {
      const ada = await aPerson(app);
      const groups = await groupsOf(ada, 7);
      const seen = await walkPages<MyGroupView>(ada.api, '/groups?limit=2', async (page) => {
        clock.advance(1000);
        // The oldest, which the reader has not come to yet, moves to the top.
        await ada.sendMessage(groups[page - 1]!.id);
        await ada.createGroup();
      });
      expect(seen.map(({ id }) => id)).toEqual(groups.map(({ id }) => id).reverse());
    });

    it('neither skips nor repeats a group while messages are deleted and restored', async () => {
      const ada = await aPerson(app);
      const groups = await groupsOf(ada, 6);
      const messages: MessageView[] = [];
      for (const group of groups) {
        clock.advance(1000);
        messages.push(await ada.sendMessage(group.id));
      }
      await ada.api.delete(`/messages/${messages[1]!.id}`);
      const start = (await list(ada)).items.map(({ id }) => id);
      const seen = await walkPages<MyGroupView>(ada.api, '/groups?limit=2', async (page) => {
        if (page === 1) {
          // Of a group that was given out, and of one that was not.
          await ada.api.delete(`/messages/${messages[5]!.id}`);
          await ada.api.post(`/messages/${messages[1]!.id}/restore`);
        }
      });
      expect(seen.map(({ id }) => id)).toEqual(start);
    });

    it('does not take the cursor of another list, or one that was made up', async () => {
      const ada = await aPerson(app);
      await groupsOf(ada, 2);
      const { nextCursor } = await list(ada, 'limit=1');
      expectProblem(await ada.api.get(`/users?cursor=${nextCursor!}`), 'validation_failed');
      const made = (values: unknown) => Buffer.from(JSON.stringify(values)).toString('base64url');
      const wrong = ['', 'nonsense', made([]), made('my-groups'), made(['my-groups', 1, 2]), made({ 0: 'my-groups' })];
      wrong.push(made(['my-groups', { $gt: 0 }, 1, 'x']), made(['users', 'a']), made(['my-groups', null, null, null]));
      for (const cursor of wrong) {
        expectProblem(await ada.api.get(`/groups?cursor=${cursor}`), 'validation_failed');
      }
    });
  });
});
