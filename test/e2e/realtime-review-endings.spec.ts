import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { closeCodes } from '../../contract/close-codes.js';
import type { MessagePage, PublicUserView } from '../../contract/views.js';
import type { UserId } from '../../src/common/ids.js';
import { MembersService } from '../../src/groups/members.service.js';
import { MyGroupsService } from '../../src/groups/my-groups.service.js';
import { MessagesRepository } from '../../src/messages/messages.repository.js';
import { PastMessagesService } from '../../src/messages/past-messages.service.js';
import { LiveConnections } from '../../src/realtime/live-connections.js';
import { PlainConnection } from '../../src/realtime/plain.connection.js';
import { eventually } from '../support/eventually.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { PlainSocket } from '../support/plain-socket.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestSocket } from '../support/test-socket.js';

describe('connections that come and go', () => {
  const intervalMs = 3_000;
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ WS_PING_INTERVAL: String(intervalMs), WS_PONG_TIMEOUT: '100' });
  });
  afterAll(() => app.stop());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const aPair = async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    return { ada, bob, group: await ada.createGroup({ memberIds: [bob.id] }) };
  };
  const connectionOf = ({ user }: Person) => {
    const [connection] = app.app.get(LiveConnections).ofUser(user.id as UserId);
    if (connection === undefined) throw new Error('there is no connection');
    return connection;
  };

  it('are cut when they do not answer a ping in time, long before a second ping', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const began = Date.now();
    const [dead, alive] = await Promise.all([ada.connectPlain({ autoPong: false }), bob.connectPlain()]);
    await dead.closed();
    expect(Date.now() - began).toBeLessThan(intervalMs * 2);
    await alive.settled();
    expect(alive.isOpen).toBe(true);
    bob.disconnect();
  });

  it('come back over Socket.IO by themselves when that is what the reason asks for, and stay away else', async () => {
    const ada = await aPerson(app);
    const socket = await TestSocket.connect(app.url, ada.tokens.accessToken, {
      reconnection: true,
      reconnectionDelay: 5,
    });
    const first = connectionOf(ada);
    // What was sent before is not lost.
    first.emit({ event: 'pong', payload: { timestamp: 4711 } });
    first.close('going_away');
    await eventually(() => socket.all('connected').length === 2);
    expect(socket.all('pong')).toEqual([{ timestamp: 4711 }]);
    connectionOf(ada).close('token_expired');
    await eventually(() => !socket.isOpen);
    expect(socket.socket.active).toBe(false);
    socket.close();
  });

  it('are told by the close code that they were too slow, when they can still read it', async () => {
    const ada = await aPerson(app);
    const socket = await ada.connectPlain();
    connectionOf(ada).cut('too_slow');
    expect(await socket.closed()).toBe(closeCodes.too_slow);
  });

  it('are replayed no faster than they read', async () => {
    const { ada, bob, group } = await aPair();
    const sent = await ada.sendMessage(group.id);
    const waiting = jest.spyOn(PlainConnection.prototype, 'waitingBytes', 'get').mockReturnValue(300_000);
    const socket = await bob.connectPlain({ path: `/ws/groups/${group.id}?since=0` });
    await eventually(() => waiting.mock.calls.length > 2);
    expect(socket.all('new_message')).toEqual([]);
    waiting.mockReturnValue(0);
    expect((await socket.next('new_message')).message.id).toBe(sent.id);
    bob.disconnect();
  });

  it('are said to have left in every group of their user, also in those that they did not receive', async () => {
    const { ada, bob, group } = await aPair();
    const watcher = await ada.connect();
    const socket = await bob.connect();
    await watcher.next('presence', ({ userId, presence }) => userId === bob.id && presence === 'online');
    await socket.send('unsubscribe', { channel: `group:${group.id}` });
    bob.disconnect();
    await watcher.next('presence', ({ userId, presence }) => userId === bob.id && presence === 'offline');
    ada.disconnect();
  });

  it('leave no trace when they give up before they are through', async () => {
    const { ada, bob } = await aPair();
    const watcher = await ada.connect();
    const myGroups = app.app.get(MyGroupsService);
    const listPlaces = myGroups.listPlaces.bind(myGroups);
    const release = Promise.withResolvers<undefined>();
    jest.spyOn(myGroups, 'listPlaces').mockImplementation(async (userId) => {
      await release.promise;
      return listPlaces(userId);
    });
    await TestSocket.giveUp(app.url, bob.tokens.accessToken);
    await eventually(() => app.app.get(LiveConnections).ofUser(bob.user.id as UserId).length === 0);
    release.resolve(undefined);
    const sent = await ada.sendMessage((await ada.createGroup()).id);
    await watcher.next('new_message', ({ message }) => message.id === sent.id);
    expect(watcher.all('presence').filter(({ userId }) => userId === bob.id)).toEqual([]);
    const { lastSeenAt } = expectStatus(await ada.api.get<PublicUserView>(`/users/${bob.id}`), 200);
    expect(lastSeenAt).toBeNull();
    ada.disconnect();
  });

  it('are not said to have come when they have gone by the time it is said', async () => {
    const { ada, bob } = await aPair();
    const watcher = await ada.connect();
    const members = app.app.get(MembersService);
    const count = members.count.bind(members);
    const release = Promise.withResolvers<undefined>();
    jest.spyOn(members, 'count').mockImplementation(async (groupId) => {
      await release.promise;
      return count(groupId);
    });
    await bob.connect();
    await eventually(() => connectionOf(bob).state.isThrough);
    bob.disconnect();
    await eventually(() => app.app.get(LiveConnections).ofUser(bob.user.id as UserId).length === 0);
    release.resolve(undefined);
    await watcher.next('user_left', ({ userId }) => userId === bob.id);
    expect(watcher.all('user_joined').filter(({ userId }) => userId === bob.id)).toEqual([]);
    ada.disconnect();
  });

  it('count an event as pending until it was served', async () => {
    const { bob, group } = await aPair();
    const socket = await bob.connect();
    await socket.settled();
    const { state } = connectionOf(bob);
    const release = Promise.withResolvers<undefined>();
    const newest = jest.spyOn(app.app.get(PastMessagesService), 'newest').mockImplementation(async () => {
      await release.promise;
      return [];
    });
    const subscribing = socket.send('subscribe', { channel: `group:${group.id}`, history: 1 });
    await eventually(() => newest.mock.calls.length === 1);
    expect(state.pending).toBe(1);
    release.resolve(undefined);
    await subscribing;
    await socket.send('subscribe', { channel: 'nothing' });
    expect(state.pending).toBe(0);
    bob.disconnect();
  });

  it('are served what their clients said before they went', async () => {
    const { ada, bob, group } = await aPair();
    const [socketIo, plain] = await Promise.all([bob.connect(), bob.connectPlain()]);
    const hasty = await PlainSocket.attempt(app.url, {
      headers: { authorization: `Bearer ${bob.tokens.accessToken}` },
    });
    if ('refusal' in hasty) throw new Error('a connection was refused');
    socketIo.socket.emit('message', { groupId: group.id, content: 'over Socket.IO' }, () => undefined);
    socketIo.socket.disconnect();
    for (const [socket, content] of [
      [plain, 'over the plain WebSocket'],
      [hasty.socket, 'before the snapshot'],
    ] as const) {
      socket.sendText(JSON.stringify({ type: 'message', groupId: group.id, content }));
      socket.close();
    }
    await eventually(async () => {
      const { body } = await ada.api.get<MessagePage>(`/groups/${group.id}/messages`);
      const said = body.items.map(({ content }) => content).sort();
      return said.join() === 'before the snapshot,over Socket.IO,over the plain WebSocket';
    });
  });

  it.each(['before', 'after'])('are not served what comes %s they were closed and waits', async (when) => {
    const { ada, bob, group } = await aPair();
    const socket = await bob.connectPlain();
    const connection = connectionOf(bob);
    const held = Promise.withResolvers<undefined>();
    connection.state.ready = held.promise.then(() => undefined);
    const say = () => {
      socket.sendText(JSON.stringify({ type: 'message', groupId: group.id, content: 'let me in' }));
    };
    if (when === 'before') {
      say();
      await eventually(() => connection.state.pending === 1);
    }
    connection.close('session_revoked');
    if (when === 'after') say();
    expect(await socket.closed()).toBe(closeCodes.session_revoked);
    held.resolve(undefined);
    await eventually(() => connection.state.pending === 0);
    expect((await ada.sendMessage(group.id)).seq).toBe(1);
  });

  it('cost no reading of former texts', async () => {
    const { ada, group } = await aPair();
    const sent = await ada.sendMessage(group.id, 'first');
    await ada.api.put(`/messages/${sent.id}`, { content: 'second' });
    const messages = app.app.get(MessagesRepository);
    const groupId = group.id as never;
    const lists = [
      await messages.listRange(groupId, { direction: 'older', includeDeleted: true }, 1),
      await messages.listChanges(groupId, 0, 1),
      await messages.listNewest({ groupId, above: 0, upTo: 1 }, 1),
      await messages.lastOf([groupId]),
    ];
    for (const [record] of lists) {
      expect(record).toMatchObject({ content: 'second', revs: [1, 2] });
      expect(record).not.toHaveProperty('versions');
      expect(record).not.toHaveProperty('changeIds');
    }
    expect(await messages.findById(sent.id as never)).toMatchObject({ versions: [{ content: 'first' }] });
  });
});
