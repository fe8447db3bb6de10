import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { CuttableNetwork } from '../../test/support/cuttable-network.js';
import { eventually } from '../../test/support/eventually.js';
import { aPerson, expectStatus, type Person } from '../../test/support/people.js';
import { readLog } from '../../test/support/read-log.js';
import { startTestApp, type TestApp } from '../../test/support/test-app.js';
import { ConfabClient, type Group, type MessageView } from '../src/index.js';

const reconnect = { minDelayMs: 20, maxDelayMs: 100 };

describe('a client whose network fails', () => {
  let app: TestApp;
  let network: CuttableNetwork;
  const clients: ConfabClient[] = [];

  beforeAll(async () => {
    app = await startTestApp();
  });
  beforeEach(async () => {
    network = await CuttableNetwork.to(app.url);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await network.close();
  });
  afterAll(() => app.stop());

  async function clientOf({ tokens }: Person): Promise<ConfabClient> {
    const client = await ConfabClient.connect({ url: network.url, credentials: tokens, reconnect });
    clients.push(client);
    return client;
  }

  async function goAway(client: ConfabClient): Promise<void> {
    network.cut();
    await eventually(() => client.state !== 'online');
  }

  async function comeBack(client: ConfabClient): Promise<void> {
    network.mend();
    await eventually(() => client.state === 'online');
  }

  it('shows after coming back exactly what a fresh read shows', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    const before: MessageView[] = [];
    for (let number = 1; number <= 30; number += 1) before.push(await ada.sendMessage(id, `before ${number}`));
    const client = await clientOf(bob);
    const group = client.group(id);
    await group.loadOlder(20);
    const heard: number[] = [];
    client.on('new_message', ({ message }) => heard.push(message.seq));

    await goAway(client);
    const during = await Promise.all(Array.from({ length: 300 }, (_, index) => ada.sendMessage(id, `during ${index}`)));
    const all = [...before, ...during];
    // In this order, since what is deleted can neither be edited nor reacted to.
    await together(pick(all, 50, 3), async ({ id: messageId, content }) => {
      expectStatus(await ada.api.put(`/messages/${messageId}`, { content: `${content ?? ''}, edited` }), 200);
    });
    await together(pick(all, 20, 11), async ({ id: messageId, seq }) => {
      const { api } = seq % 2 === 0 ? ada : bob;
      expectStatus(await api.put(`/messages/${messageId}/reactions/${encodeURIComponent('👍')}`), 200);
    });
    const deleted = pick(all, 40, 7);
    await together(deleted, async ({ id: messageId }) => {
      expectStatus(await ada.api.delete(`/messages/${messageId}`), 204);
    });
    const restored = deleted.slice(0, 15);
    await together(restored, async ({ id: messageId }) => {
      expectStatus(await ada.api.post(`/messages/${messageId}/restore`), 200);
    });
    expect(group.messages).toHaveLength(20);
    await comeBack(client);

    await eventually(() => group.lastSeq === 330);
    await group.loadOlder(10);
    const items = await readLog(bob.api, id);
    expect(Math.max(...items.map(({ rev }) => rev))).toBe(30 + 300 + 50 + 20 + 40 + 15);
    expect(group.messages).toEqual(items);
    expect(items.filter(({ isDeleted }) => isDeleted)).toHaveLength(25);
    const fresh = await aFreshRead(bob, id);
    expect([group.unread, group.mentions]).toEqual([fresh.unreadCount, fresh.mentionCount]);
    const notDeleted = items.filter(({ seq, isDeleted }) => seq > 30 && !isDeleted).map(({ seq }) => seq);
    expect(heard.toSorted((a, b) => a - b)).toEqual(notDeleted);
  });

  it('comes back at once when it is told to, however long it would wait', async () => {
    const ada = await aPerson(app);
    const never = { minDelayMs: 600_000, maxDelayMs: 600_000 };
    const client = await ConfabClient.connect({ url: network.url, credentials: ada.tokens, reconnect: never });
    clients.push(client);
    network.cut();
    await eventually(() => client.state === 'waiting');
    network.mend();
    client.retryNow();
    await eventually(() => client.state === 'online');
    client.retryNow();
    expect(client.state).toBe('online');
  });

  it('knows of its own reaction when a message is restored that it has seen only as a deleted one', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    const client = await clientOf(bob);
    const group = client.group(id);
    await goAway(client);
    const { id: messageId } = await ada.sendMessage(id, 'not for long');
    await bob.api.put(`/messages/${messageId}/reactions/${encodeURIComponent('👍')}`);
    await ada.api.delete(`/messages/${messageId}`);
    await comeBack(client);
    await eventually(() => group.messages[0]?.isDeleted === true);
    expect(group.messages[0]?.reactions).toEqual([]);

    await ada.api.post(`/messages/${messageId}/restore`);
    await eventually(() => group.messages[0]?.reactions[0]?.mine === true);
  });

  it('counts replies exactly, whatever it was told of and whenever', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    const root = await ada.sendMessage(id, 'root');
    const client = await clientOf(bob);
    const group = client.group(id);
    await group.loadOlder(10);
    const reply = () => ada.sendMessage(id, 'reply', { replyToId: root.id });
    const threadCount = () => group.messages.find((message) => message.id === root.id)?.threadCount;
    const gone = await reply();
    await reply();
    await eventually(() => threadCount() === 2);

    await goAway(client);
    await reply();
    await ada.api.delete(`/messages/${gone.id}`);
    await comeBack(client);
    await eventually(() => group.lastSeq === 4 && threadCount() === 2);
    await ada.api.post(`/messages/${gone.id}/restore`);
    await eventually(() => threadCount() === 3);
    await ada.api.put(`/messages/${root.id}`, { content: 'edited' });
    await eventually(() => group.messages.some(({ content }) => content === 'edited'));
    expect(threadCount()).toBe(3);
  });

  it('sends what was written meanwhile, once and in order, however often the network breaks', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    const client = await clientOf(ada);
    const group = client.group(id);
    const written: string[] = [];
    const sent: Promise<MessageView>[] = [];
    for (let round = 1; round <= 5; round += 1) {
      for (let number = 1; number <= 20; number += 1) {
        written.push(`round ${round}, number ${number}`);
        sent.push(group.send(written.at(-1) ?? ''));
      }
      // In the middle of sending, mostly between a message and its acknowledgement.
      const soFar = group.messages.length;
      await eventually(() => group.messages.length > soFar);
      await goAway(client);
      expect(group.pending.length).toBeGreaterThan(0);
      await comeBack(client);
    }
    const stored = await Promise.all(sent);
    expect(stored.map(({ content }) => content)).toEqual(written);
    expect(stored.map(({ seq }) => seq)).toEqual(written.map((_, index) => index + 1));
    await eventually(() => group.messages.length === written.length);
    expect(group.pending).toEqual([]);
  });

  it('carries on with what it read, and hears of groups that came and went', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const kept = await ada.createGroup({ memberIds: [bob.id] });
    const lost = await ada.createGroup({ memberIds: [bob.id] });
    await ada.sendMessage(kept.id);
    const client = await clientOf(bob);
    const [keptGroup, lostGroup] = [client.group(kept.id), client.group(lost.id)];
    await goAway(client);

    const read = keptGroup.markRead();
    expect(keptGroup.unread).toBe(0);
    await ada.api.delete(`/groups/${lost.id}/members/${bob.id}`);
    const gained = await ada.createGroup({ memberIds: [bob.id] });
    await ada.sendMessage(gained.id);
    await comeBack(client);

    await read;
    expect(lostGroup.isLeft).toBe(true);
    expect(client.groupIds.toSorted()).toEqual([kept.id, gained.id].toSorted());
    expect(client.group(gained.id).unread).toBe(1);
    expect(await aFreshRead(bob, kept.id)).toMatchObject({ lastReadSeq: 1, unreadCount: 0 });
  });

  it('notices a hole in the live events and fills it', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    const client = await clientOf(bob);
    const group = client.group(id);
    const channel = `group:${id}`;
    await client.request('unsubscribe', { channel });
    for (const content of ['missed', 'missed as well']) await ada.sendMessage(id, content);
    await client.request('subscribe', { channel });
    await ada.sendMessage(id, 'heard');
    await eventually(() => group.messages.length === 3);
    expect(group.messages.map(({ content }) => content)).toEqual(['missed', 'missed as well', 'heard']);
  });

  it('drops what it knew when the log is another one, and reads it afresh', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    for (let number = 1; number <= 3; number += 1) await ada.sendMessage(id, `message ${number}`);
    const client = await clientOf(bob);
    const group: Group = client.group(id);
    await group.loadOlder();
    const resets: string[] = [];
    client.on('group_reset', ({ groupId }) => resets.push(groupId));
    await goAway(client);

    // As after a restored backup: the last message is gone, and the log has another name.
    const groups = app.connection.collection<{ _id: string; epoch: string }>('groups');
    await groups.updateOne({ _id: id }, { $set: { epoch: crypto.randomUUID() } });
    await app.connection.collection('messages').deleteOne({ groupId: id, seq: 3 });
    await comeBack(client);

    await eventually(() => resets.length === 1 && group.messages.length === 2);
    expect(group.messages.map(({ content }) => content)).toEqual(['message 1', 'message 2']);
    expect([group.lastSeq, group.unread]).toEqual([2, 2]);
  });
});

/** `count` different messages, spread by a step. */
function pick(messages: readonly MessageView[], count: number, step: number): MessageView[] {
  return Array.from({ length: count }, (_, index) => messages[((index + 1) * step) % messages.length]!);
}

async function together<Item>(items: readonly Item[], verb: (item: Item) => Promise<unknown>): Promise<void> {
  await Promise.all(items.map(verb));
}

async function aFreshRead(person: Person, groupId: string) {
  const { body } = await person.api.get<{
    items: { id: string; unreadCount: number; mentionCount: number; lastReadSeq: number }[];
  }>('/groups?limit=100');
  return body.items.find(({ id }) => id === groupId)!;
}
