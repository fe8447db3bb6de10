import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { closeCodes } from '../../contract/close-codes.js';
import { clientEventNames } from '../../contract/events.js';
import { limits } from '../../contract/limits.js';
import type { ProblemCode } from '../../contract/problems.js';
import type { MessagePage } from '../../contract/views.js';
import { LiveConnections } from '../../src/realtime/live-connections.js';
import { eventually } from '../support/eventually.js';
import { deepJson } from '../support/hostile-client.js';
import { aPerson, type Person } from '../support/people.js';
import type { PlainSocket } from '../support/plain-socket.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const marker = 'MARKER-of-the-client';

describe('a frame of the plain WebSocket', () => {
  let app: TestApp;
  let ada: Person;
  let groupId: string;
  let bystander: PlainSocket;
  beforeAll(async () => {
    app = await startTestApp({ WS_MAX_CONNECTIONS_PER_USER: '1000' });
    ada = await aPerson(app);
    ({ id: groupId } = await ada.createGroup());
    bystander = await (await aPerson(app)).connectPlain();
  });
  afterAll(async () => {
    // Whatever happened to others: it was there all the time, and is served as ever.
    await bystander.settled();
    expect(bystander.all('error')).toEqual([]);
    const { body } = await ada.api.get<MessagePage>(`/groups/${groupId}/messages`);
    expect(body.items).toEqual([]);
    bystander.close();
    await app.stop();
  });

  const message = (more: object = {}) => ({ type: 'message', groupId, ...more });

  it.each<[string, string, ProblemCode]>([
    ['that is empty', '', 'malformed_json'],
    ['that is no JSON', `hello ${marker}`, 'malformed_json'],
    ['of half a JSON', `{"type":"message","content":"${marker}`, 'malformed_json'],
    ['that is null', 'null', 'validation_failed'],
    ['that is a number', '7', 'validation_failed'],
    ['that is a text', `"${marker}"`, 'validation_failed'],
    ['that is an array', `[{"type":"ping"},"${marker}"]`, 'validation_failed'],
    ['without a type', `{"content":"${marker}"}`, 'validation_failed'],
    ['with a type that is null', '{"type":null}', 'validation_failed'],
    ['with a type that is an object', `{"type":{"toString":"${marker}"}}`, 'validation_failed'],
    ['of an unknown type', `{"type":"${marker}"}`, 'validation_failed'],
    ['of a type of the server’s own', '{"type":"new_message","message":{}}', 'validation_failed'],
    ['of a type that every object has', '{"type":"constructor"}', 'validation_failed'],
    ['of another one', '{"type":"__proto__"}', 'validation_failed'],
    ['with fields that are not of the event', `{"type":"ping","surprise":"${marker}"}`, 'validation_failed'],
    ['with a prototype', `{"type":"ping","__proto__":{"a":"${marker}"},"constructor":1}`, 'validation_failed'],
    ['20,000 arrays deep', deepJson, 'validation_failed'],
    ['with a field 20,000 arrays deep', `{"type":"message","groupId":${deepJson}}`, 'validation_failed'],
    ['with a type 20,000 arrays deep', `{"type":${deepJson}}`, 'validation_failed'],
    ['with an id that is an object', `{"type":"ping","id":{"a":"${marker}"}}`, 'validation_failed'],
    ['with an id that is an array', `{"type":"ping","id":["${marker}"]}`, 'validation_failed'],
    ['with an id 20,000 arrays deep', `{"type":"ping","id":${deepJson}}`, 'validation_failed'],
    ['with an id that is true', '{"type":"ping","id":true}', 'validation_failed'],
    ['with an id that is too long', `{"type":"ping","id":"${marker.repeat(10)}"}`, 'validation_failed'],
  ])('%s is refused with an error that gives nothing of it back', async (_what, frame, code) => {
    const socket = await ada.connectPlain();
    socket.sendText(frame);
    const error = await socket.next('error');
    expect(error).toMatchObject({ code, status: 400, correlationId: expect.stringMatching(/^[\w.-]{1,64}$/) });
    const { instance, ...rest } = error;
    // The type of an event is what it is called by, cut to a sensible length.
    expect(JSON.stringify(rest)).not.toContain(marker);
    expect(instance.length).toBeLessThanOrEqual(64);
    expect(socket.frames.filter(({ type }) => type === 'ack')).toEqual([]);
    await socket.settled();
    socket.close();
  });

  it('of bytes is refused, and the connection lives', async () => {
    const socket = await ada.connectPlain();
    socket.socket.send(Buffer.from(JSON.stringify({ type: 'ping', id: 1 })), { binary: true });
    expect(await socket.next('error')).toMatchObject({ code: 'validation_failed' });
    expect(socket.all('pong')).toEqual([]);
    await socket.settled();
    socket.close();
  });

  it.each(clientEventNames)(
    '%s with a wrong payload is answered under its id, or as an error without one',
    async (event) => {
      const socket = await ada.connectPlain();
      socket.sendText(JSON.stringify({ type: event, id: 'mine', nonsense: marker }));
      const refusal = { code: 'validation_failed', instance: event };
      expect(await socket.ackOf('mine')).toMatchObject({ ok: false, error: refusal });
      expect(socket.all('error')).toEqual([]);
      socket.sendText(JSON.stringify({ type: event, nonsense: marker }));
      expect(await socket.next('error')).toMatchObject(refusal);
      expect(JSON.stringify(socket.frames)).not.toContain(marker);
      socket.close();
    },
  );

  it.each<unknown>(['', 'a text', 0, -1.5, 7, 'ünï ☃'])('may have the id %j, which comes back as it is', async (id) => {
    const socket = await ada.connectPlain();
    socket.sendText(JSON.stringify({ type: 'ping', id, timestamp: 7 }));
    expect(await socket.ackOf(id)).toEqual({ ok: true, data: { timestamp: 7 } });
    socket.close();
  });

  it('of ten that are wrong in a row is the last', async () => {
    const socket = await ada.connectPlain();
    for (let time = 1; time <= limits.socket.maxRefusedInARow; time += 1) socket.sendText('not JSON');
    expect(await socket.closed()).toBe(closeCodes.protocol_error);
    expect(socket.all('error')).toHaveLength(limits.socket.maxRefusedInARow);
  });

  it('that is in order makes the count begin again', async () => {
    const socket = await ada.connectPlain();
    for (let round = 1; round <= 3; round += 1) {
      for (let time = 1; time < limits.socket.maxRefusedInARow; time += 1) {
        socket.sendText(JSON.stringify(message({ id: `${round}.${time}` })));
        await socket.ackOf(`${round}.${time}`);
      }
      // A message has no budget of a second, and this one is in order until its group is looked for.
      socket.sendText(JSON.stringify({ type: 'pong', id: round }));
      expect(await socket.ackOf(round)).toEqual({ ok: true, data: null });
    }
    socket.close();
  });

  it('has a budget of ten a second beside messages', async () => {
    const burst = limits.socket.eventsPerSecond + limits.socket.maxRefusedInARow - 1;
    // A burst may lie between two seconds: then none is refused.
    const refused = await eventually(async () => {
      const socket = await ada.connectPlain();
      const answers = await Promise.all(Array.from({ length: burst }, () => socket.send('ping', {})));
      socket.close();
      const errors = answers.flatMap((answer) => (answer.ok ? [] : [answer.error]));
      return errors.length > 0 && errors;
    });
    for (const error of refused) expect(error).toMatchObject({ code: 'rate_limited', retryAfter: 1 });
  });

  it('above the limit cuts the connection, one below it does not', async () => {
    const below = await ada.connectPlain();
    below.sendText(JSON.stringify(message({ id: 1, content: 'x'.repeat(limits.socket.maxFrameBytes - 200) })));
    expect(await below.ackOf(1)).toMatchObject({ ok: false, error: { code: 'validation_failed' } });
    below.close();
    const above = await ada.connectPlain();
    above.sendText(JSON.stringify(message({ content: 'x'.repeat(limits.socket.maxFrameBytes) })));
    // 1009 of RFC 6455, 7.4.1: the message is too big.
    expect(await above.closed()).toBe(1009);
  });

  it('that says it is compressed and is not cuts the connection', async () => {
    const socket = await ada.connectPlain();
    const { _socket: tcp } = socket.socket as unknown as { _socket: { write: (bytes: Buffer) => void } };
    // A text frame with RSV1 set, masked with zeros: RFC 7692, 7.2.
    tcp.write(Buffer.from([0xc1, 0x84, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]));
    expect(await socket.closed()).toBeGreaterThan(1000);
  });
});

describe('the heartbeat of the plain WebSocket', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ WS_PING_INTERVAL: '100' });
  });
  afterAll(() => app.stop());

  it('keeps a client that answers, and cuts one that misses two', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    let pings = 0;
    const alive = await ada.connectPlain();
    alive.socket.on('ping', () => (pings += 1));
    const since = performance.now();
    const dead = await bob.connectPlain({ autoPong: false });
    const connections = app.app.get(LiveConnections);
    expect(connections.count).toBe(2);
    await eventually(() => connections.count === 1);
    // Two pings are sent and not answered; the third time it is cut.
    expect(performance.now() - since).toBeGreaterThan(150);
    // 1006 of RFC 6455, 7.1.5: it ended without a closing handshake.
    expect(await dead.closed()).toBe(1006);
    const before = pings;
    await eventually(() => pings > before + 4);
    await alive.settled();
    expect(connections.count).toBe(1);
    for (const person of [ada, bob]) person.disconnect();
  });
});
