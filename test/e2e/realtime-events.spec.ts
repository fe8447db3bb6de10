import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Ack, ClientEventName } from '../../contract/events.js';
import { clientEventNames } from '../../contract/events.js';
import type { MessageView, MyGroupView, Page } from '../../contract/views.js';
import { aPerson, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import type { ReceivedEvent, TestSocket } from '../support/test-socket.js';

/** A message as everyone alike is told of it: what only its sender sees of it is left open. */
const asTold = (message: MessageView): MessageView => ({ ...message, status: null });

const isOwnPresence = ({ event, payload }: ReceivedEvent, { id }: Person) =>
  event === 'presence' && payload.userId === id;

/** Two members, somebody who belongs to another group, and a message of the first. */
interface Scene {
  ada: Person;
  bob: Person;
  outsider: Person;
  adas: TestSocket;
  bobs: TestSocket;
  outsiders: TestSocket;
  groupId: string;
  message: MessageView;
}

describe('the events of a client', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  const aScene = async (): Promise<Scene> => {
    const [ada, bob, outsider] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
    const { id: groupId } = await ada.createGroup({ memberIds: [bob.id] });
    await outsider.createGroup({ kind: 'channel' });
    const message = await ada.sendMessage(groupId);
    const [adas, outsiders] = await Promise.all([ada.connect(), outsider.connect()]);
    const bobs = await bob.connect();
    // Typing may be left out for a socket that is busy: so nothing else is under way when a story begins.
    await adas.next('user_joined', ({ userId }) => userId === bob.id);
    return { ada, bob, outsider, adas, bobs, outsiders, groupId, message };
  };
  const accepted = <Data>(answer: Ack<Data>): Data => {
    if (!answer.ok) throw new Error(answer.error.detail);
    return answer.data;
  };

  /**
   * What each event does: its answer, and what the members hear. The outsider hears nothing, which is looked at after
   * each story; an event of the contract without a story does not compile.
   */
  const stories: Record<ClientEventName, (scene: Scene) => Promise<void>> = {
    async message({ ada, adas, bobs, groupId, message }) {
      const request = { groupId, content: '  Good morning ', clientMessageId: 'mine', replyToId: message.id };
      const sent = accepted(await adas.send('message', request));
      expect(sent).toMatchObject({
        groupId,
        seq: 2,
        rev: 2,
        content: 'Good morning',
        clientMessageId: 'mine',
        replyToId: message.id,
        senderId: ada.id,
        sender: { id: ada.id, username: ada.username, displayName: ada.user.displayName },
        isEdited: false,
        isDeleted: false,
      });
      for (const socket of [adas, bobs]) expect(await socket.next('new_message')).toEqual({ message: asTold(sent) });
    },
    async edit_message({ adas, bobs, message }) {
      const edited = accepted(await adas.send('edit_message', { messageId: message.id, content: 'other words' }));
      expect(edited).toMatchObject({ id: message.id, seq: 1, rev: 2, content: 'other words', isEdited: true });
      for (const socket of [adas, bobs])
        expect(await socket.next('message_updated')).toEqual({ message: { ...asTold(edited), threadCount: null } });
    },
    async delete_message({ ada, adas, bobs, groupId, message }) {
      const deleted = accepted(await adas.send('delete_message', { messageId: message.id }));
      expect(deleted).toMatchObject({ id: message.id, seq: 1, rev: 2, content: null, isDeleted: true });
      const event = { messageId: message.id, groupId, seq: 1, rev: 2, deletedBy: ada.id };
      for (const socket of [adas, bobs]) expect(await socket.next('message_deleted')).toEqual(event);
    },
    async restore_message({ adas, bobs, message }) {
      accepted(await adas.send('delete_message', { messageId: message.id }));
      const restored = accepted(await adas.send('restore_message', { messageId: message.id }));
      expect(restored).toMatchObject({ id: message.id, rev: 3, content: message.content, isDeleted: false });
      for (const socket of [adas, bobs])
        expect(await socket.next('message_updated')).toEqual({ message: { ...asTold(restored), threadCount: null } });
    },
    async typing({ ada, adas, bobs, groupId }) {
      expect(accepted(await adas.send('typing', { groupId }))).toBeNull();
      expect(await bobs.next('typing')).toEqual({ groupId, userIds: [ada.id] });
    },
    async read({ bob, adas, bobs, groupId }) {
      // A place beyond the end means the end.
      const marker = accepted(await bobs.send('read', { groupId, seq: 99 }));
      expect(marker).toEqual({ groupId, userId: bob.id, seq: 1, at: expect.stringMatching(/^\d{4}-.*Z$/) });
      for (const socket of [adas, bobs]) expect(await socket.next('read')).toEqual(marker);
      const { body } = await bob.api.get<Page<MyGroupView>>('/groups');
      expect(body.items[0]).toMatchObject({ lastReadSeq: 1, unreadCount: 0 });
      // It never moves back, and what changes nothing is told to nobody.
      expect(accepted(await bobs.send('read', { groupId, seq: 0 })).seq).toBe(1);
      await adas.settled();
      expect(adas.all('read')).toHaveLength(1);
    },
    async react({ ada, bob, adas, bobs, message }) {
      const [own, others] = [[{ emoji: '👍', count: 1, mine: true }], [{ emoji: '👍', count: 1, mine: null }]];
      expect(accepted(await bobs.send('react', { messageId: message.id, emoji: '👍' }))).toEqual(own);
      const reaction = { userId: bob.id, emoji: '👍', isAdded: true };
      for (const socket of [adas, bobs]) {
        const heard = await socket.next('message_updated');
        expect(heard).toMatchObject({
          reaction,
          message: { id: message.id, rev: 2, reactions: others, isEdited: false },
        });
      }
      const both = accepted(await adas.send('react', { messageId: message.id, emoji: '👍' }));
      expect(both).toEqual([{ emoji: '👍', count: 2, mine: true }]);
      expect(accepted(await bobs.send('react', { messageId: message.id, emoji: '👍', remove: true }))).toEqual([
        { emoji: '👍', count: 1, mine: false },
      ]);
      expect(await adas.next('message_updated', ({ message: { rev } }) => rev === 4)).toMatchObject({
        reaction: { userId: bob.id, emoji: '👍', isAdded: false },
        message: { reactions: others },
      });
      const seen = (await ada.api.get<MessageView>(`/messages/${message.id}`)).body;
      expect(seen.reactions).toEqual([{ emoji: '👍', count: 1, mine: true }]);
      // Twice is once, and what changes nothing is told to nobody.
      accepted(await bobs.send('react', { messageId: message.id, emoji: '👍', remove: true }));
      await adas.settled();
      expect(adas.all('message_updated')).toHaveLength(3);
    },
    async delivered({ ada, bob, adas, bobs, groupId, message }) {
      const marker = accepted(await bobs.send('delivered', { groupId, seq: 99 }));
      expect(marker).toEqual({ groupId, userId: bob.id, seq: 1, at: expect.stringMatching(/^\d{4}-.*Z$/) });
      for (const socket of [adas, bobs]) expect(await socket.next('delivered')).toEqual(marker);
      expect((await ada.api.get<MessageView>(`/messages/${message.id}`)).body.status).toBe('delivered');
      expect(accepted(await bobs.send('delivered', { groupId, seq: 0 })).seq).toBe(1);
      await adas.settled();
      expect(adas.all('delivered')).toHaveLength(1);
    },
    async sync({ adas, bobs, groupId, message }) {
      const { groups, joined, left } = accepted(await bobs.send('sync', {}));
      const [known] = groups;
      expect(groups).toEqual([
        { groupId, epoch: expect.any(String), rev: 1, changes: [], hasMore: false, reset: false },
      ]);
      expect({ joined, left }).toEqual({ joined: [groupId], left: [] });
      const since = { [groupId]: { rev: 0, epoch: known!.epoch } };
      expect(accepted(await bobs.send('sync', { groups: since }))).toEqual({
        groups: [{ ...known, changes: [{ ...message, status: null }] }],
        joined: [],
        left: [],
      });
      await adas.settled();
      expect(adas.received.filter(({ event }) => event === 'offline_message')).toEqual([]);
    },
    async subscribe({ adas, bobs, groupId, message }) {
      const channel = `group:${groupId}`;
      accepted(await bobs.send('unsubscribe', { channel }));
      expect(accepted(await bobs.send('subscribe', { channel, history: 1 }))).toEqual({ channels: [channel] });
      const heard = bobs.all('offline_message').filter(({ message: { id } }) => id === message.id);
      // Once on connecting, as it was not delivered, and once as it was asked for.
      expect(heard).toHaveLength(2);
      const sent = accepted(await adas.send('message', { groupId, content: 'do you hear me?' }));
      expect((await bobs.next('new_message')).message.id).toBe(sent.id);
    },
    async unsubscribe({ adas, bobs, groupId }) {
      expect(accepted(await bobs.send('unsubscribe', { channel: `group:${groupId}` }))).toEqual({ channels: [] });
      accepted(await adas.send('message', { groupId, content: 'do you hear me?' }));
      await bobs.settled();
      expect(bobs.all('new_message')).toEqual([]);
    },
    async presence({ ada, adas, bobs }) {
      expect(accepted(await adas.send('presence', { presence: 'dnd', statusText: 'at the engine' }))).toBeNull();
      const told = { userId: ada.id, presence: 'dnd', statusText: 'at the engine', lastSeenAt: null };
      expect(await bobs.next('presence', ({ presence }) => presence === 'dnd')).toEqual(told);
    },
    async authenticate({ ada, adas, bobs }) {
      const { expiresAt } = accepted(await adas.send('authenticate', { token: ada.tokens.accessToken }));
      expect(new Date(expiresAt).getTime()).toBeGreaterThan(Date.now());
      await bobs.settled();
      expect(bobs.received.filter(({ event }) => event === 'token_expiring')).toEqual([]);
    },
    async pong({ adas, bobs }) {
      expect(accepted(await adas.send('pong', { timestamp: 1 }))).toBeNull();
      for (const socket of [adas, bobs]) expect(socket.all('pong')).toEqual([]);
    },
    async ping({ adas, bobs }) {
      expect(accepted(await adas.send('ping', { timestamp: 1234 }))).toEqual({ timestamp: 1234 });
      expect(adas.all('pong')).toEqual([{ timestamp: 1234 }]);
      const before = Date.now();
      const { timestamp } = accepted(await adas.send('ping', {}));
      expect(timestamp).toBeGreaterThanOrEqual(before);
      expect(timestamp).toBeLessThanOrEqual(Date.now());
      expect(bobs.all('pong')).toEqual([]);
    },
  };

  it.each(clientEventNames)('%s is answered, and heard by the members alone', async (event) => {
    const scene = await aScene();
    await stories[event](scene);
    await scene.outsiders.settled();
    // The news of the outsider's own arrival comes to it as to everyone in its group; whenever it does.
    const heard = scene.outsiders.received.filter((received) => !isOwnPresence(received, scene.outsider));
    expect(heard.map((received) => received.event)).toEqual(['connected', 'pong']);
    for (const socket of [scene.adas, scene.bobs, scene.outsiders]) socket.close();
  });

  it('are answered to the socket that sent, and heard by the other devices of the same user', async () => {
    const { ada, adas, bobs, outsiders, groupId } = await aScene();
    const second = await (await ada.logInAgain()).connect();
    const sent = accepted(await adas.send('message', { groupId, content: 'from my phone' }));
    expect(await second.next('new_message')).toEqual({ message: asTold(sent) });
    for (const socket of [adas, bobs, second, outsiders]) socket.close();
  });

  /** What connecting brings with it. */
  const beforehand = new Set(['connected', 'offline_message', 'presence', 'pong', 'user_joined']);

  it.each<[ClientEventName, (scene: Scene) => object, string]>([
    ['message', ({ groupId }) => ({ groupId, content: 'let me in' }), 'not_a_member'],
    ['edit_message', ({ message }) => ({ messageId: message.id, content: 'mine now' }), 'not_a_member'],
    ['delete_message', ({ message }) => ({ messageId: message.id }), 'not_a_member'],
    ['restore_message', ({ message }) => ({ messageId: message.id }), 'not_a_member'],
    ['react', ({ message }) => ({ messageId: message.id, emoji: '👍' }), 'not_a_member'],
    ['typing', ({ groupId }) => ({ groupId }), 'not_a_member'],
    ['delivered', ({ groupId }) => ({ groupId, seq: 1 }), 'not_a_member'],
    ['subscribe', ({ groupId }) => ({ channel: `group:${groupId}`, history: 10 }), 'not_a_member'],
    ['read', ({ groupId }) => ({ groupId, seq: 1 }), 'not_a_member'],
  ])('%s is refused to an outsider, and nobody hears of it', async (event, payload, code) => {
    const scene = await aScene();
    const answer = await scene.outsiders.sendRaw(event, payload(scene));
    expect(answer).toMatchObject({ ok: false, error: { code, status: 403, instance: event } });
    for (const socket of [scene.adas, scene.bobs]) {
      await socket.settled();
      const heard = socket.received.map((received) => received.event);
      expect(heard.filter((name) => !beforehand.has(name))).toEqual([]);
    }
    expect((await scene.ada.api.get(`/messages/${scene.message.id}`)).body).toEqual(scene.message);
    for (const socket of [scene.adas, scene.bobs, scene.outsiders]) socket.close();
  });

  it('are refused to a member who is not the author, as over REST', async () => {
    const { bobs, adas, outsiders, message } = await aScene();
    const messageId = message.id;
    for (const answer of [
      await bobs.send('edit_message', { messageId, content: 'improved' }),
      await bobs.send('delete_message', { messageId }),
    ]) {
      expect(answer).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    }
    accepted(await adas.send('delete_message', { messageId }));
    expect(await bobs.send('restore_message', { messageId })).toMatchObject({ error: { code: 'forbidden' } });
    expect(await adas.send('edit_message', { messageId, content: 'again' })).toMatchObject({ error: { code: 'gone' } });
    for (const socket of [adas, bobs, outsiders]) socket.close();
  });

  it('share the rate of messages with REST', async () => {
    const limited = await startTestApp({ RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_MESSAGES_PER_MINUTE: '4' });
    const ada = await aPerson(limited);
    const { id: groupId } = await ada.createGroup();
    const socket = await ada.connect();
    for (const content of ['one', 'two']) {
      accepted(await socket.send('message', { groupId, content }));
      await ada.sendMessage(groupId, content);
    }
    const refused = await socket.send('message', { groupId, content: 'too much' });
    expect(refused).toMatchObject({ ok: false, error: { code: 'rate_limited', status: 429 } });
    expect(!refused.ok && refused.error.retryAfter).toBeGreaterThan(0);
    expect((await ada.api.post(`/groups/${groupId}/messages`, { content: 'too much' })).status).toBe(429);
    socket.close();
    await limited.stop();
  });
});
