import { randomBytes } from 'node:crypto';
import type { Socket as TcpSocket } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { closeCodes } from '../../contract/close-codes.js';
import { limits } from '../../contract/limits.js';
import type { MessagePage } from '../../contract/views.js';
import type { UserId } from '../../src/common/ids.js';
import { LiveConnections } from '../../src/realtime/live-connections.js';
import { eventually } from '../support/eventually.js';
import { HostileClient } from '../support/hostile-client.js';
import { aPerson, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import type { TestSocket } from '../support/test-socket.js';

describe('a client that sends too much', () => {
  let app: TestApp;
  let ada: Person;
  let groupId: string;
  beforeAll(async () => {
    app = await startTestApp({
      RATE_LIMIT_ENABLED: 'true',
      RATE_LIMIT_AUTH_PER_MINUTE: '1000',
      RATE_LIMIT_MESSAGES_PER_MINUTE: '50',
    });
    ada = await aPerson(app);
    ({ id: groupId } = await ada.createGroup());
  });
  afterAll(() => app.stop());

  const isConnected = (person: Person) => app.app.get(LiveConnections).ofUser(person.id as UserId).length > 0;

  it('is closed after ten refusals in a row', async () => {
    const client = await HostileClient.logIn(app.url, ada.tokens.accessToken);
    for (let time = 1; time <= limits.socket.maxRefusedInARow; time += 1) client.tell('message', 'null');
    await client.socket.closed();
    const errors = client.socket.frames.filter((frame) => frame.startsWith('42["error"'));
    expect(errors).toHaveLength(limits.socket.maxRefusedInARow);
  });

  it('is not closed when one in ten is in order', async () => {
    const bob = await aPerson(app);
    const { id } = await bob.createGroup();
    const client = await HostileClient.logIn(app.url, bob.tokens.accessToken);
    for (let round = 1; round <= 4; round += 1) {
      for (let time = 1; time < limits.socket.maxRefusedInARow; time += 1) await client.ask('message', 'null');
      const sent = await client.ask('message', JSON.stringify({ groupId: id, content: `round ${round}` }));
      expect(sent).toMatchObject({ ok: true });
    }
    client.close();
  });

  it('has ten events a second beside its messages, and is told when to come back', async () => {
    // Nine too many: one more refusal would close the socket. A burst may lie between two seconds: then none is refused.
    const burst = limits.socket.eventsPerSecond + limits.socket.maxRefusedInARow - 1;
    const refused = await eventually(async () => {
      const client = await HostileClient.logIn(app.url, ada.tokens.accessToken);
      const answers = await Promise.all(Array.from({ length: burst }, () => client.ask('ping', '{}')));
      client.close();
      const errors = answers.flatMap((answer) => (answer.ok ? [] : [answer.error]));
      return errors.length > 0 && errors;
    });
    for (const error of refused) expect(error).toMatchObject({ code: 'rate_limited', status: 429, retryAfter: 1 });
  });

  const floods: [string, (ids: { own: string; foreign: string }) => [string, string]][] = [
    ['pings', () => ['ping', '{}']],
    ['unknown events', () => ['nothing', '{}']],
    ['payloads that are none', () => ['message', 'null']],
    ['messages', ({ own }) => ['message', JSON.stringify({ groupId: own, content: 'again' })]],
    ['messages to a group of others', ({ foreign }) => ['message', JSON.stringify({ groupId: foreign, content: 'x' })]],
    ['typing in a group of others', ({ foreign }) => ['typing', JSON.stringify({ groupId: foreign })]],
  ];

  it.each(floods)('is cut when it floods with %s, and nobody else feels it', async (_what, flood) => {
    const [mallory, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const [own, bobs] = await Promise.all([mallory.createGroup(), bob.createGroup()]);
    const bystander = await bob.connect();
    const client = await HostileClient.logIn(app.url, mallory.tokens.accessToken);
    const [event, payload] = flood({ own: own.id, foreign: groupId });
    for (let sent = 0; sent < 50_000 && client.socket.isOpen; sent += 1) {
      client.tell(event, payload);
      // Hands over to the server, which lives in this process, now and then; as the network would.
      if (sent % 500 === 499) await new Promise(setImmediate);
    }
    const answer = await bystander.send('message', { groupId: bobs.id, content: 'and I?' });
    expect(answer).toMatchObject({ ok: true });
    await client.socket.closed();
    await eventually(() => !isConnected(mallory));
    const { body } = await mallory.api.get<MessagePage>(`/groups/${own.id}/messages`);
    expect(body.lastSeq).toBeLessThanOrEqual(50);
    bob.disconnect();
  });
});

describe('a client that does not read', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  it('is cut before much waits for it, and the others receive everything', async () => {
    const [ada, bob, mallory] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
    const { id: groupId } = await ada.createGroup({ memberIds: [bob.id, mallory.id] });
    const [adas, bobs, deaf] = await Promise.all([ada.connect(), bob.connect(), mallory.connect()]);
    const sockets = app.app.get(LiveConnections);
    const [server] = sockets.ofUser(mallory.id as UserId);
    tcpOf(deaf).pause();

    let mostWaiting = 0;
    let sent = 0;
    const content = 'x'.repeat(9_000);
    // Far more than what the two kernels take before Socket.IO has to keep anything.
    while (sockets.ofUser(mallory.id as UserId).length > 0 && sent < 4_000) {
      const batch = Array.from({ length: 20 }, () => adas.send('message', { groupId, content }));
      for (const answer of await Promise.all(batch)) expect(answer.ok).toBe(true);
      sent += batch.length;
      // `waitingBytes` counts up to the limit only.
      const { writeBuffer } = (server as unknown as { socket: { conn: { writeBuffer: unknown[] } } }).socket.conn;
      mostWaiting = Math.max(mostWaiting, writeBuffer.length * content.length);
    }
    expect(sent).toBeLessThan(4_000);
    expect(mostWaiting).toBeLessThan(8 * limits.socket.maxWaitingBytes);
    expect(sockets.ofUser(mallory.id as UserId)).toEqual([]);

    await bobs.next('new_message', ({ message }) => message.seq === sent);
    expect(bobs.all('new_message').map(({ message }) => message.seq)).toEqual(
      Array.from({ length: sent }, (_, index) => index + 1),
    );
    // It may come back, and finds everything.
    const { body } = await mallory.api.get<MessagePage>(`/groups/${groupId}/messages?limit=1`);
    expect(body.lastSeq).toBe(sent);
    tcpOf(deaf).resume();
    for (const person of [ada, bob, mallory]) person.disconnect();
  });

  it('is told why over the plain WebSocket when it begins to read again', async () => {
    const [ada, mallory] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id: groupId } = await ada.createGroup({ memberIds: [mallory.id] });
    const [adas, deaf] = await Promise.all([ada.connect(), mallory.connectPlain()]);
    const [server] = app.app.get(LiveConnections).ofUser(mallory.id as UserId);
    const { _socket: tcp } = deaf.socket as unknown as { _socket: TcpSocket };
    tcp.pause();

    let mostWaiting = 0;
    let sent = 0;
    // Hard to compress: what waits is counted as it will go out.
    const content = () => randomBytes(6_000).toString('base64');
    while (server?.isOpen() === true && sent < 4_000) {
      await Promise.all(Array.from({ length: 20 }, () => adas.send('message', { groupId, content: content() })));
      sent += 20;
      mostWaiting = Math.max(mostWaiting, server.waitingBytes);
    }
    expect(sent).toBeLessThan(4_000);
    expect(mostWaiting).toBeGreaterThan(limits.socket.maxWaitingBytes / 2);
    expect(mostWaiting).toBeLessThan(8 * limits.socket.maxWaitingBytes);
    tcp.resume();
    expect(await deaf.closed()).toBe(closeCodes.too_slow);
    const seqs = deaf.all('new_message').map(({ message }) => message.seq);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    ada.disconnect();
  });
});

/** The client's own end of the connection, under all its layers. */
function tcpOf({ socket }: TestSocket): TcpSocket {
  const { transport } = socket.io.engine as unknown as { transport: { ws: { _socket: TcpSocket } } };
  return transport.ws._socket;
}
