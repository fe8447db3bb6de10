import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type {
  ChangesView,
  MarkerView,
  MessagePage,
  MessageStatus,
  MessageView,
  MyGroupView,
  Page,
  ReadStateView,
  ReceiptView,
} from '../../contract/views.js';
import { eventually } from '../support/eventually.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { takeClock } from '../support/test-clock.js';
import { accepted, transports } from '../support/transports.js';
import { walkPages } from '../support/walk-pages.js';

describe('the markers of a group', () => {
  let app: TestApp;
  let advance: (ms: number) => void;
  beforeAll(async () => {
    app = await startTestApp();
    ({ advance } = takeClock(app));
  });
  afterAll(() => app.stop());

  const aTable = async () => {
    const [ada, bob, cleo] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
    const { id: groupId } = await ada.createGroup({ memberIds: [bob.id, cleo.id] });
    const messages: MessageView[] = [];
    for (let count = 1; count <= 4; count += 1) messages.push(await ada.sendMessage(groupId));
    return { ada, bob, cleo, groupId, messages };
  };
  const move = async (person: Person, groupId: string, kind: 'read' | 'delivered', seq: number) =>
    expectStatus(await person.api.put<MarkerView>(`/groups/${groupId}/${kind}`, { seq }), 200);
  const readState = async (person: Person, groupId: string): Promise<Record<string, ReadStateView>> => {
    const rows = await walkPages<ReadStateView>(person.api, `/groups/${groupId}/read-state?limit=2`);
    return Object.fromEntries(rows.map((row) => [row.userId, row]));
  };
  const statuses = async (person: Person, groupId: string): Promise<(MessageStatus | null)[]> => {
    await app.agreed();
    const { items } = expectStatus(await person.api.get<MessagePage>(`/groups/${groupId}/messages`), 200);
    return items.toReversed().map(({ status }) => status);
  };
  /** Nodes tell each other how far people have come: what one knows, another one knows a moment later. */
  const untilAgreed = (check: () => Promise<void>) =>
    eventually(async () => {
      await check();
      return true;
    });
  const untilStatuses = (person: Person, groupId: string, expected: (MessageStatus | null)[]) =>
    untilAgreed(async () => expect(await statuses(person, groupId)).toEqual(expected));
  const receipts = (person: Person, { id }: MessageView) =>
    walkPages<ReceiptView>(person.api, `/messages/${id}/receipts?limit=1`);

  it('begin at nothing for who was there from the start, and at the end for who comes later', async () => {
    const { ada, bob, groupId } = await aTable();
    const dora = await aPerson(app);
    await ada.api.put(`/groups/${groupId}/members/${dora.id}`, {});
    const state = await readState(bob, groupId);
    expect(Object.keys(state)).toHaveLength(4);
    const nothing = { deliveredSeq: 0, deliveredAt: null, readSeq: 0, readAt: null };
    expect(state[bob.id]).toEqual({ userId: bob.id, ...nothing });
    expect(state[dora.id]).toMatchObject({ deliveredSeq: 4, readSeq: 4 });
  });

  it('move both when something is read, and only one when it is delivered; neither moves back', async () => {
    const { bob, cleo, groupId } = await aTable();
    const delivered = await move(bob, groupId, 'delivered', 3);
    expect(delivered).toEqual({ groupId, userId: bob.id, seq: 3, at: expect.stringMatching(/^\d{4}-.*Z$/) });
    expect((await readState(cleo, groupId))[bob.id]).toMatchObject({ deliveredSeq: 3, readSeq: 0, readAt: null });
    const read = await move(bob, groupId, 'read', 2);
    expect((await readState(cleo, groupId))[bob.id]).toEqual({
      userId: bob.id,
      deliveredSeq: 3,
      deliveredAt: delivered.at,
      readSeq: 2,
      readAt: read.at,
    });
    expect(await move(bob, groupId, 'delivered', 1)).toEqual(delivered);
    expect(await move(bob, groupId, 'read', 0)).toEqual(read);
    const further = await move(bob, groupId, 'read', 1_000_000);
    expect(further.seq).toBe(4);
    expect((await readState(cleo, groupId))[bob.id]).toMatchObject({
      deliveredSeq: 4,
      deliveredAt: further.at,
      readSeq: 4,
    });
  });

  it('end at the furthest of many moves at once', async () => {
    const { bob, groupId } = await aTable();
    await Promise.all(
      [3, 1, 4, 2, 4, 1].flatMap((seq) => [move(bob, groupId, 'read', seq), move(bob, groupId, 'delivered', seq)]),
    );
    expect((await readState(bob, groupId))[bob.id]).toMatchObject({ deliveredSeq: 4, readSeq: 4 });
  });

  it('make the status of one’s own messages: as far as everyone else has come', async () => {
    const { ada, bob, cleo, groupId, messages } = await aTable();
    await untilStatuses(ada, groupId, ['sent', 'sent', 'sent', 'sent']);
    await move(bob, groupId, 'read', 3);
    await untilStatuses(ada, groupId, ['sent', 'sent', 'sent', 'sent']);
    await move(cleo, groupId, 'delivered', 4);
    await untilStatuses(ada, groupId, ['delivered', 'delivered', 'delivered', 'sent']);
    await move(cleo, groupId, 'read', 1);
    await untilStatuses(ada, groupId, ['read', 'delivered', 'delivered', 'sent']);
    // They are of no concern to the others.
    await untilStatuses(bob, groupId, [null, null, null, null]);
    for (const [index, status] of (['read', 'delivered', 'delivered', 'sent'] as const).entries()) {
      await untilAgreed(async () => {
        expect((await ada.api.get<MessageView>(`/messages/${messages[index]!.id}`)).body.status).toBe(status);
      });
    }
    await untilAgreed(async () => {
      const { body } = await ada.api.get<ChangesView>(`/groups/${groupId}/changes?since=0`);
      expect(body.items.map(({ status }) => status)).toEqual(['read', 'delivered', 'delivered', 'sent']);
    });
    // Whoever leaves does not hold it back any more.
    await cleo.api.post(`/groups/${groupId}/leave`);
    await untilStatuses(ada, groupId, ['read', 'read', 'read', 'sent']);
    await bob.api.post(`/groups/${groupId}/leave`);
    await untilStatuses(ada, groupId, ['sent', 'sent', 'sent', 'sent']);
  });

  it('give receipts with the times at which each message was passed', async () => {
    const { ada, bob, cleo, groupId, messages } = await aTable();
    const [first, second, third] = messages as [MessageView, MessageView, MessageView, MessageView];
    expect(await receipts(ada, first)).toEqual([]);
    const bobHas = await move(bob, groupId, 'delivered', 2);
    advance(60_000);
    const bobRead = await move(bob, groupId, 'read', 1);
    advance(60_000);
    const cleoRead = await move(cleo, groupId, 'read', 3);
    const inOrder = (rows: ReceiptView[]) => rows.toSorted((a, b) => (a.userId < b.userId ? -1 : 1));
    const cleos = { userId: cleo.id, deliveredAt: cleoRead.at, readAt: cleoRead.at };
    expect(await receipts(ada, first)).toEqual(
      inOrder([{ userId: bob.id, deliveredAt: bobHas.at, readAt: bobRead.at }, cleos]),
    );
    expect(await receipts(cleo, second)).toEqual(
      inOrder([{ userId: bob.id, deliveredAt: bobHas.at, readAt: null }, cleos]),
    );
    expect(await receipts(ada, third)).toEqual([cleos]);
    advance(60_000);
    const later = await move(bob, groupId, 'read', 4);
    // The first passing stands; only what had not been passed is passed now.
    expect(await receipts(ada, first)).toContainEqual({ userId: bob.id, deliveredAt: bobHas.at, readAt: bobRead.at });
    expect(await receipts(ada, second)).toContainEqual({ userId: bob.id, deliveredAt: bobHas.at, readAt: later.at });
    expect(await receipts(ada, third)).toContainEqual({ userId: bob.id, deliveredAt: later.at, readAt: later.at });
  });

  it('pass a message by its id as well', async () => {
    const { ada, bob, groupId, messages } = await aTable();
    const marker = expectStatus(await bob.api.post<MarkerView>(`/messages/${messages[2]!.id}/read`), 200);
    expect(marker).toMatchObject({ groupId, userId: bob.id, seq: 3 });
    expect((await readState(ada, groupId))[bob.id]).toMatchObject({ deliveredSeq: 3, readSeq: 3 });
  });

  it('count what is unread and what mentions me as a recount does, whatever happens', async () => {
    const { ada, bob, groupId } = await aTable();
    const counted: string[] = [];
    const check = async () => {
      const { items } = expectStatus(await bob.api.get<Page<MyGroupView>>('/groups'), 200);
      const { unreadCount, mentionCount, lastReadSeq, unreadCapped } = items.find(({ id }) => id === groupId)!;
      const all = await walkPages<MessageView>(bob.api, `/groups/${groupId}/messages?includeDeleted=true&limit=100`);
      const unread = all.filter((one) => one.seq > lastReadSeq && one.senderId !== bob.id && !one.isDeleted);
      const mentioning = unread.filter(({ mentions }) => mentions.includes(bob.id));
      expect({ unreadCount, mentionCount, unreadCapped }).toEqual({
        unreadCount: unread.length,
        mentionCount: mentioning.length,
        unreadCapped: false,
      });
      const socket = await bob.connect();
      expect(socket.all('connected')[0]!.groups).toMatchObject([
        { id: groupId, unreadCount, mentionCount, lastReadSeq },
      ]);
      socket.close();
      counted.push(`${unreadCount}/${mentionCount}`);
    };
    await check();
    const first = await ada.sendMessage(groupId, `@${bob.username} one`);
    await ada.sendMessage(groupId, `@${bob.username} two`);
    await bob.sendMessage(groupId, `@${bob.username}, I say to myself`);
    await check();
    await ada.api.delete(`/messages/${first.id}`);
    await check();
    await ada.api.post(`/messages/${first.id}/restore`);
    await check();
    await ada.api.put(`/messages/${first.id}`, { content: 'nobody is called' });
    await check();
    await move(bob, groupId, 'delivered', 6);
    await check();
    await move(bob, groupId, 'read', 5);
    await check();
    await ada.api.put(`/messages/${first.id}`, { content: `@${bob.username} again` });
    await check();
    await move(bob, groupId, 'read', 7);
    await check();
    expect(counted).toEqual(['4/0', '6/2', '5/1', '6/2', '6/1', '6/1', '1/1', '1/1', '0/0']);
  });

  describe.each(transports)('over %s', (_name, connect) => {
    it('are told to all members, each move once', async () => {
      const { ada, bob, groupId } = await aTable();
      const [adas, bobs] = await Promise.all([connect(ada), connect(bob)]);
      const delivered = accepted(await bobs.send('delivered', { groupId, seq: 2 }));
      const read = accepted(await bobs.send('read', { groupId, seq: 1 }));
      for (const client of [adas, bobs]) {
        expect(await client.next('delivered')).toEqual(delivered);
        expect(await client.next('read')).toEqual(read);
      }
      // What moves nothing is told to nobody.
      accepted(await bobs.send('delivered', { groupId, seq: 2 }));
      accepted(await bobs.send('read', { groupId, seq: 0 }));
      const further = accepted(await bobs.send('read', { groupId, seq: 4 }));
      await adas.settled();
      expect(adas.all('read')).toEqual([read, further]);
      for (const person of [ada, bob]) person.disconnect();
    });
  });
});
