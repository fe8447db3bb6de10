import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import type { MessagePage } from '../../contract/views.js';
import { LiveConnections } from '../../src/realtime/live-connections.js';
import { eventually } from '../support/eventually.js';
import { deepJson, HostileClient } from '../support/hostile-client.js';
import { aPerson, type Person } from '../support/people.js';
import { RawSocket } from '../support/raw-socket.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

describe('frames that no client writes', () => {
  let app: TestApp;
  let ada: Person;
  let groupId: string;
  /** Somebody who was there all the time and did no harm is served as ever. */
  let isServed: () => Promise<void>;
  beforeAll(async () => {
    app = await startTestApp({ WS_MAX_CONNECTIONS_PER_USER: '1000' });
    ada = await aPerson(app);
    ({ id: groupId } = await ada.createGroup());
    const other = await aPerson(app);
    const { id } = await other.createGroup();
    const bystander = await HostileClient.logIn(app.url, other.tokens.accessToken);
    isServed = async () => {
      const answer = await bystander.ask('message', JSON.stringify({ groupId: id, content: 'still here' }));
      expect(answer).toMatchObject({ ok: true });
    };
  });
  afterAll(async () => {
    await isServed();
    const { body } = await ada.api.get<MessagePage>(`/groups/${groupId}/messages`);
    expect(body.items).toEqual([]);
    await app.stop();
  });

  const message = () => JSON.stringify(['message', { groupId, content: 'let me in' }]);

  /** Frames as text or bytes; each is the first of a fresh connection. */
  const garbage: [string, string | Uint8Array][] = [
    ['an empty frame', ''],
    ['a text', 'hello'],
    ['JSON', '{"type":"message"}'],
    ['an unknown packet type of Engine.IO', '9'],
    ['another handshake of Engine.IO', '0{"sid":"mine","upgrades":[],"pingInterval":1,"pingTimeout":1}'],
    ['an upgrade to nothing', '5'],
    ['an unknown packet type of Socket.IO', '49[]'],
    ['an event without a name', '42[]'],
    ['an event that is an object', '42{"0":"message"}'],
    ['an event of broken JSON', '42["message",{'],
    ['an event of the server’s own', '42["disconnect"]'],
    ['another one', '42["disconnecting","transport close"]'],
    ['an event for listeners', '42["newListener","message"]'],
    ['an event with a number for a name', '42[7,{"groupId":"x"}]'],
    ['the same, waiting for an answer', '421[7,{"groupId":"x"}]'],
    ['an event with a huge id', `42${'9'.repeat(400)}["ping",{}]`],
    ['an answer that nobody waits for', '437[{"ok":true}]'],
    ['an error', '44{"message":"I refuse you"}'],
    ['bytes', new Uint8Array([0, 1, 2, 3, 255])],
    ['bytes without an announcement', new Uint8Array(60_000)],
    ['an announcement of a million attachments', '451000000-["message",{"_placeholder":true,"num":0}]'],
    ['an announcement of nothing', '45-["message",{}]'],
    ['an announcement that names another attachment', '451-["message",{"_placeholder":true,"num":7}]'],
    ['another namespace', '40/admin,{"token":"x"}'],
    ['an event in another namespace', '42/admin,["message",{}]'],
    ['a token deep in arrays', `40{"token":${deepJson}}`],
    ['a handshake that is an array', '40[]'],
    ['a handshake that is null', '40null'],
    ['a prototype in the handshake', '40{"__proto__":{"token":"x"},"constructor":"x"}'],
  ];

  it.each(garbage)('%s from nobody changes nothing', async (_what, frame) => {
    const socket = await RawSocket.open(app.url);
    socket.send(frame);
    await isServed();
    socket.close();
  });

  it.each(garbage)('%s from somebody signed in changes nothing', async (_what, frame) => {
    const { socket } = await HostileClient.logIn(app.url, ada.tokens.accessToken);
    socket.send(frame);
    // Refused, passed over or cut, as it deserves; all that matters is that the server goes on.
    socket.send(`4277["ping",{"timestamp":1}]`);
    await eventually(() => !socket.isOpen || socket.frames.some((received) => received.startsWith('4377')));
    await isServed();
    socket.close();
  });

  it('an event with a number for a name is refused as one that there is not', async () => {
    const { socket } = await HostileClient.logIn(app.url, ada.tokens.accessToken);
    socket.send('421[7,{"groupId":"x"}]');
    const refusal = { code: 'validation_failed', detail: 'There is no such event.', instance: '7' };
    expect(await socket.content(/^431/)).toMatchObject([{ ok: false, error: refusal }]);
    socket.close();
  });

  it('an event before the handshake ends the connection unheard', async () => {
    const socket = await RawSocket.open(app.url);
    socket.send(`421${message()}`);
    await socket.closed();
    expect(socket.frames.filter((frame) => frame.startsWith('43'))).toEqual([]);
  });

  it('an event behind a refused handshake is not heard either', async () => {
    const socket = await RawSocket.open(app.url);
    socket.send('40{"token":"wrong"}');
    await socket.frame(/^44\{.*"unauthenticated"/);
    socket.send(`421${message()}`);
    await socket.closed();
    expect(socket.frames.filter((frame) => frame.startsWith('43'))).toEqual([]);
  });

  it('an event in the same moment as a handshake that is not decided yet ends the connection unheard', async () => {
    const socket = await RawSocket.open(app.url);
    socket.send(`40${JSON.stringify({ token: ada.tokens.refreshToken })}`);
    for (let id = 1; id <= 20; id += 1) socket.send(`42${id}${message()}`);
    await socket.closed();
    expect(socket.frames.filter((frame) => frame.startsWith('43'))).toEqual([]);
  });

  it('a refused handshake ends the connection, whatever the client does', async () => {
    for (const auth of ['{}', '{"token":"wrong"}', `{"token":"${ada.tokens.refreshToken}"}`]) {
      const socket = await RawSocket.open(app.url);
      socket.send(`40${auth}`);
      await socket.frame(/^44\{.*"unauthenticated"/);
      await socket.closed();
    }
  });

  it('a connection that says nothing is closed when its time is over', async () => {
    const since = performance.now();
    const socket = await RawSocket.open(app.url);
    await socket.closed();
    const { authenticationTimeoutMs } = limits.socket;
    expect(performance.now() - since).toBeGreaterThan(authenticationTimeoutMs - 100);
    expect(performance.now() - since).toBeLessThan(authenticationTimeoutMs + 3_000);
  });

  it('a frame above the limit cuts the connection, one below it does not', async () => {
    const below = await HostileClient.logIn(app.url, ada.tokens.accessToken);
    const room = limits.socket.maxFrameBytes - 200;
    expect(await below.ask('message', JSON.stringify({ groupId, content: 'x'.repeat(room) }))).toMatchObject({
      error: { code: 'validation_failed' },
    });
    below.close();
    const above = await HostileClient.logIn(app.url, ada.tokens.accessToken);
    above.tell('message', JSON.stringify({ groupId, content: 'x'.repeat(limits.socket.maxFrameBytes) }));
    // 1009 of RFC 6455, 7.4.1: the message is too big.
    expect(await above.socket.closed()).toBe(1009);
    await eventually(() => app.app.get(LiveConnections).count === 1);
  });
});
