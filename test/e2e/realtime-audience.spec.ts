import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import { addCrowd } from '../support/crowd.js';
import { eventually } from '../support/eventually.js';
import { aPerson, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestSocket } from '../support/test-socket.js';

describe('the live audience of a group', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ WS_MAX_CONNECTIONS_PER_USER: '100' });
  });
  afterAll(() => app.stop());

  const aGroupOf = async (...people: Person[]) => {
    const [owner, ...others] = people as [Person, ...Person[]];
    return owner.createGroup({ memberIds: others.map(({ id }) => id) });
  };
  /** Who came and who went, as one socket heard it. */
  const heard = (socket: TestSocket, userId: string) =>
    socket.received.flatMap(({ event, payload }) =>
      (event === 'user_joined' || event === 'user_left') && payload.userId === userId ? [event] : [],
    );

  it('hears of the first connection and of the last, not of those in between', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id: groupId } = await aGroupOf(ada, bob);
    const watcher = await ada.connect();

    const first = await bob.connect();
    expect(await watcher.next('user_joined')).toEqual({ groupId, userId: bob.id, connectionCount: 2 });
    const second = await bob.connect();
    const third = await (await bob.logInAgain()).connect();
    first.close();
    third.close();
    second.close();
    const left = await watcher.next('user_left');
    expect(left).toEqual({ groupId, userId: bob.id, connectionCount: 1 });
    await bob.connect();
    await eventually(() => heard(watcher, bob.id).length === 3);
    expect(heard(watcher, bob.id)).toEqual(['user_joined', 'user_left', 'user_joined']);
    ada.disconnect();
    bob.disconnect();
  });

  it('does not tell a socket of its own coming', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    await aGroupOf(ada, bob);
    const adas = await ada.connect();
    const bobs = await bob.connect();
    await adas.next('user_joined', ({ userId }) => userId === bob.id);
    await bobs.settled();
    expect(heard(bobs, bob.id)).toEqual([]);
    ada.disconnect();
    bob.disconnect();
  });

  it('hears of who joins and leaves the group with an open socket', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const channel = await ada.createGroup({ kind: 'channel' });
    const watcher = await ada.connect();
    await Promise.all([bob.connect(), bob.connect()]);
    expect(heard(watcher, bob.id)).toEqual([]);
    await bob.api.post(`/groups/${channel.id}/join`);
    await watcher.next('user_joined', ({ userId }) => userId === bob.id);
    await bob.api.post(`/groups/${channel.id}/leave`);
    expect(await watcher.next('user_left')).toEqual({ groupId: channel.id, userId: bob.id, connectionCount: 1 });
    await watcher.settled();
    expect(heard(watcher, bob.id)).toEqual(['user_joined', 'user_left']);
    ada.disconnect();
    bob.disconnect();
  });

  it('is not told that someone left because another socket of his gave up while it connected', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    // Several groups make connecting take a moment longer.
    const groups = await Promise.all(Array.from({ length: 5 }, () => aGroupOf(ada, bob)));
    const watcher = await ada.connect();
    await bob.connect();
    await eventually(() => heard(watcher, bob.id).length === groups.length);
    for (let round = 1; round <= 5; round += 1) {
      await Promise.all(Array.from({ length: 8 }, () => TestSocket.giveUp(app.url, bob.tokens.accessToken)));
    }
    const sent = await bob.sendMessage(groups[0]!.id);
    await watcher.next('new_message', ({ message }) => message.id === sent.id);
    expect(heard(watcher, bob.id)).toEqual(groups.map(() => 'user_joined'));
    ada.disconnect();
    bob.disconnect();
  });

  it('is spared the news in a group of very many', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const large = await ada.createGroup({ kind: 'channel' });
    const small = await ada.createGroup({ kind: 'channel' });
    await Promise.all([large, small].map(({ id }) => bob.api.post(`/groups/${id}/join`)));
    await addCrowd(app, large, limits.audience.maxMembers);
    const watcher = await ada.connect();
    await bob.connect();
    await watcher.next('user_joined', ({ groupId }) => groupId === small.id);
    await watcher.settled();
    expect(watcher.all('user_joined').filter(({ groupId }) => groupId === large.id)).toEqual([]);
    ada.disconnect();
    bob.disconnect();
  });
});
