import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { closeCodes } from '../../contract/close-codes.js';
import { SessionsService } from '../../src/auth/sessions.service.js';
import { GroupAccess } from '../../src/groups/group-access.js';
import { LiveConnections } from '../../src/realtime/live-connections.js';
import { MessagesRepository } from '../../src/messages/messages.repository.js';
import { PastMessagesService } from '../../src/messages/past-messages.service.js';
import { Problem } from '../../src/common/problem.js';
import { eventually } from '../support/eventually.js';
import { aPerson } from '../support/people.js';
import { PlainSocket } from '../support/plain-socket.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { accepted, transports } from '../support/transports.js';

describe('connections that are told of the past', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ WS_PING_INTERVAL: '30000' });
  });
  afterAll(() => app.stop());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const aPair = async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    return { ada, bob, group: await ada.createGroup({ memberIds: [bob.id] }) };
  };

  it.each(transports)(
    'are told over %s nothing of a group that was lost while its past was read',
    async (_, connect) => {
      const { ada, bob, group } = await aPair();
      await ada.sendMessage(group.id, 'before');
      const messages = app.app.get(MessagesRepository);
      const listNewest = messages.listNewest.bind(messages);
      jest.spyOn(messages, 'listNewest').mockImplementation(async (...range) => {
        await ada.api.delete(`/groups/${group.id}/members/${bob.id}`);
        await ada.sendMessage(group.id, 'after');
        return listNewest(...range);
      });
      const socket = await connect(bob);
      await socket.settled();
      expect([...socket.all('offline_message'), ...socket.all('new_message')]).toEqual([]);
      bob.disconnect();
    },
  );

  it.each(transports)('get over %s a message once that is sent while the past is read', async (_, connect) => {
    const { ada, bob, group } = await aPair();
    const first = await ada.sendMessage(group.id);
    const messages = app.app.get(MessagesRepository);
    const listNewest = messages.listNewest.bind(messages);
    let second = '';
    jest.spyOn(messages, 'listNewest').mockImplementation(async (...range) => {
      second = (await ada.sendMessage(group.id)).id;
      return listNewest(...range);
    });
    const socket = await connect(bob);
    await socket.settled();
    const told = [...socket.all('offline_message'), ...socket.all('new_message')];
    expect(told.map(({ message }) => message.id)).toEqual([first.id, second]);
    bob.disconnect();
  });

  it.each(transports)(
    'get over %s every history that is asked for at once, and each message once',
    async (_, connect) => {
      const { ada, bob, group } = await aPair();
      const other = await ada.createGroup({ memberIds: [bob.id] });
      const socket = await connect(bob);
      const channels = [`group:${group.id}`, `group:${other.id}`];
      for (const channel of channels) accepted(await socket.send('unsubscribe', { channel }));
      const sent = [await ada.sendMessage(group.id), await ada.sendMessage(other.id)].map(({ id }) => id);
      const watcher = await ada.connect();
      const past = app.app.get(PastMessagesService);
      const newest = past.newest.bind(past);
      jest.spyOn(past, 'newest').mockImplementation(async (actor, groupId, count) => {
        sent.push((await ada.sendMessage(groupId)).id);
        return newest(actor, groupId, count);
      });
      await Promise.all(channels.map((channel) => socket.send('subscribe', { channel, history: 5 })));
      const told = [...socket.all('offline_message'), ...socket.all('new_message')];
      expect(told.map(({ message }) => message.id).sort()).toEqual(sent.sort());
      for (const { id } of [group, other]) {
        await watcher.next('user_joined', ({ groupId, userId }) => groupId === id && userId === bob.id);
      }
      for (const person of [ada, bob]) person.disconnect();
    },
  );

  it('get nothing of a group whose subscription is refused, and no one hears of it', async () => {
    const { ada, group } = await aPair();
    const stranger = await aPerson(app);
    const socket = await stranger.connect();
    const watcher = await ada.connect();
    const access = app.app.get(GroupAccess);
    const require = access.require.bind(access);
    jest.spyOn(access, 'require').mockImplementation(async (actor, groupId, permission) => {
      if (actor.userId === stranger.id) await ada.sendMessage(group.id);
      return require(actor, groupId, permission);
    });
    const answer = await socket.send('subscribe', { channel: `group:${group.id}` });
    expect(answer).toMatchObject({ ok: false, error: { code: 'not_a_member' } });
    await ada.sendMessage(group.id);
    await Promise.all([socket.settled(), watcher.settled()]);
    expect(socket.received.map(({ event }) => event)).toEqual(['connected', 'pong']);
    expect(watcher.all('user_joined').filter(({ userId }) => userId === stranger.id)).toEqual([]);
    for (const person of [ada, stranger]) person.disconnect();
  });

  it('leave no room behind that was entered after the end', async () => {
    const { bob, group } = await aPair();
    const connections = app.app.get(LiveConnections);
    for (const connect of [() => bob.connect(), () => bob.connectPlain()]) {
      const socket = await connect();
      const [connection] = connections.ofUser(bob.user.id as never);
      socket.close();
      await eventually(() => connections.ofUser(bob.user.id as never).length === 0);
      connection!.join('group:late');
      expect(connections.roomSize('group:late')).toBe(0);
      expect(connections.roomSize(`group:${group.id}`)).toBe(0);
    }
  });

  it('keep their session when the new token is refused, and are closed when their own has ended', async () => {
    const ada = await aPerson(app);
    const again = await ada.logInAgain();
    const socket = await PlainSocket.connect(app.url, ada.tokens.accessToken);
    await ada.api.delete(`/auth/sessions/${sessionIdOf(again.tokens.accessToken)}`);
    const refused = await socket.send('authenticate', { token: again.tokens.accessToken });
    expect(refused).toMatchObject({ ok: false, error: { code: 'session_revoked' } });
    expect(socket.isOpen).toBe(true);
    const sessions = app.app.get(SessionsService);
    jest.spyOn(sessions, 'requireActor').mockRejectedValue(new Problem('session_revoked', 'The session has ended.'));
    socket.sendText(JSON.stringify({ type: 'authenticate', token: ada.tokens.accessToken }));
    expect(await socket.closed()).toBe(closeCodes.session_revoked);
  });

  it.each(['/ws?since=1', '/ws?history=1', '/ws/groups/:id?since=1&history=1'])(
    'are refused before the upgrade when they ask for %s',
    async (path) => {
      const { bob, group } = await aPair();
      const headers = { authorization: `Bearer ${bob.tokens.accessToken}` };
      const refusal = await PlainSocket.refused(app.url, { path: path.replace(':id', group.id), headers });
      expect(refusal).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    },
  );
});

/** The session that a token belongs to. */
function sessionIdOf(token: string): string {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sid: string };
  return claims.sid;
}
