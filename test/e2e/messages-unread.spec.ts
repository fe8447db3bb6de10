import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { MessagePage, MyGroupView, Page, MarkerView } from '../../contract/views.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

describe('what is unread', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  const twoPeople = () => Promise.all([aPerson(app), aPerson(app)]);
  const read = (person: Person, groupId: string, seq: unknown) =>
    person.api.put<MarkerView>(`/groups/${groupId}/read`, { seq });
  const mine = async (person: Person, groupId: string): Promise<MyGroupView> => {
    const { items } = expectStatus(await person.api.get<Page<MyGroupView>>('/groups?limit=100'), 200);
    return items.find(({ id }) => id === groupId)!;
  };

  /** What the count must be, by the words of the contract: by others, not deleted, above the read marker. */
  async function recount(person: Person, groupId: string): Promise<number> {
    const { lastReadSeq } = await mine(person, groupId);
    const { body } = await person.api.get<MessagePage>(`/groups/${groupId}/messages?includeDeleted=true&limit=100`);
    return body.items.filter(
      ({ senderId, isDeleted, seq }) => senderId !== person.id && !isDeleted && seq > lastReadSeq,
    ).length;
  }

  it('equals a recount after everything that can happen', async () => {
    const [ada, bob] = await twoPeople();
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    const counts: number[] = [];
    const check = async () => {
      const { unreadCount } = await mine(bob, id);
      expect(unreadCount).toBe(await recount(bob, id));
      counts.push(unreadCount);
    };
    await check();
    const [first, second, third] = [await ada.sendMessage(id), await ada.sendMessage(id), await ada.sendMessage(id)];
    await check();
    await bob.sendMessage(id);
    await check();
    await ada.api.delete(`/messages/${second.id}`);
    await check();
    await ada.api.put(`/messages/${third.id}`, { content: 'edited' });
    await check();
    await read(bob, id, first.seq);
    await check();
    await ada.api.post(`/messages/${second.id}/restore`);
    await check();
    await read(bob, id, third.seq);
    await check();
    await ada.api.delete(`/messages/${first.id}`);
    await check();
    await ada.sendMessage(id);
    await check();
    expect(counts).toEqual([0, 3, 3, 2, 2, 1, 2, 0, 0, 1]);
    expect(await mine(ada, id)).toMatchObject({ unreadCount: 1 });
  });

  it('begins for a new member with what is said after he came', async () => {
    const [ada, bob] = await twoPeople();
    const { id } = await ada.createGroup({ kind: 'channel' });
    await ada.sendMessage(id);
    await ada.sendMessage(id);
    await bob.api.post(`/groups/${id}/join`);
    expect(await mine(bob, id)).toMatchObject({ unreadCount: 0, lastReadSeq: 2 });
    await ada.sendMessage(id);
    expect(await mine(bob, id)).toMatchObject({ unreadCount: 1 });
  });

  it('is exact to 999, and says when there is more', async () => {
    const [ada, bob] = await twoPeople();
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    const socket = await ada.connect();
    const send = () => socket.send('message', { groupId: id, content: 'one of many' });
    await Promise.all(Array.from({ length: 999 }, send));
    expect(await mine(bob, id)).toMatchObject({ unreadCount: 999, unreadCapped: false });
    await Promise.all([send(), send()]);
    expect(await mine(bob, id)).toMatchObject({ unreadCount: 999, unreadCapped: true, lastSeq: 1001 });
    await read(bob, id, 2);
    expect(await mine(bob, id)).toMatchObject({ unreadCount: 999, unreadCapped: false });
    ada.disconnect();
  });

  describe('the read marker', () => {
    it('moves up to where one says, and never back', async () => {
      const [ada, bob] = await twoPeople();
      const { id } = await ada.createGroup({ memberIds: [bob.id] });
      for (let count = 0; count < 5; count += 1) await ada.sendMessage(id);
      const marker = expectStatus(await read(bob, id, 3), 200);
      expect(marker).toEqual({ groupId: id, userId: bob.id, seq: 3, at: expect.stringMatching(/^\d{4}-.*Z$/) });
      expect(expectStatus(await read(bob, id, 1), 200)).toEqual(marker);
      expect(expectStatus(await read(bob, id, 0), 200).seq).toBe(3);
      expect(await mine(bob, id)).toMatchObject({ lastReadSeq: 3, unreadCount: 2 });
      expect(expectStatus(await read(bob, id, 4), 200).seq).toBe(4);
    });

    it('does not go beyond the end: what comes later is unread', async () => {
      const [ada, bob] = await twoPeople();
      const { id } = await ada.createGroup({ memberIds: [bob.id] });
      await ada.sendMessage(id);
      expect(expectStatus(await read(bob, id, Number.MAX_SAFE_INTEGER), 200).seq).toBe(1);
      await ada.sendMessage(id);
      expect(await mine(bob, id)).toMatchObject({ unreadCount: 1 });
    });

    it('ends at the furthest of many that are set at once', async () => {
      const [ada, bob] = await twoPeople();
      const { id } = await ada.createGroup({ memberIds: [bob.id] });
      for (let count = 0; count < 8; count += 1) await ada.sendMessage(id);
      await Promise.all([5, 2, 8, 1, 7, 3].map((seq) => read(bob, id, seq)));
      expect(await mine(bob, id)).toMatchObject({ lastReadSeq: 8 });
    });

    it('is mine alone', async () => {
      const [ada, bob] = await twoPeople();
      const { id } = await ada.createGroup({ memberIds: [bob.id] });
      await ada.sendMessage(id);
      await read(ada, id, 1);
      expect(await mine(bob, id)).toMatchObject({ lastReadSeq: 0, unreadCount: 1 });
    });

    it.each([-1, 1.5, '3', null, Number.MAX_SAFE_INTEGER + 1, [1], { $gt: 0 }])('refuses %j', async (seq) => {
      const ada = await aPerson(app);
      const { id } = await ada.createGroup();
      expectProblem(await read(ada, id, seq), 'validation_failed');
    });
  });
});
