import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { clientEventNames, type ClientEventName } from '../../contract/events.js';
import { MarkersService } from '../../src/groups/markers.service.js';
import { deepJson, HostileClient } from '../support/hostile-client.js';
import { aPerson, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const marker = 'MARKER-of-the-client';

/** What may come in place of the payload: the arguments behind the event's name, each as JSON text. */
const shapes: Record<string, readonly string[]> = {
  'no payload': [],
  null: ['null'],
  'an array': [`["${marker}"]`],
  'a number': ['42'],
  'a text': [`"${marker}"`],
  true: ['true'],
  'an object without fields': ['{}'],
  'an object of other fields': [`{"surprise":"${marker}","constructor":{"prototype":{"a":1}},"__proto__":{"b":1}}`],
  'two payloads': ['{}', `{"content":"${marker}"}`],
  'a text behind the payload': ['{}', `"${marker}"`],
  'an array 20,000 levels deep': [deepJson],
  'fields 20,000 levels deep': [`{"groupId":${deepJson}}`],
  'an object 9,000 levels deep': ['{"a":'.repeat(9_000) + '1' + '}'.repeat(9_000)],
};

/** Shapes that are in order where every field may be absent. */
const inOrder = new Set(['no payload', 'an object without fields']);
/** The events whose fields may all be absent, and what they are answered then. */
const answersToNothing: Partial<Record<ClientEventName, unknown>> = {
  sync: { groups: expect.any(Array), joined: expect.any(Array), left: [] },
  ping: { timestamp: expect.any(Number) },
  pong: null,
};

describe('a client event whose payload is none', () => {
  let app: TestApp;
  let ada: Person;
  let bystander: HostileClient;
  beforeAll(async () => {
    app = await startTestApp({ WS_MAX_CONNECTIONS_PER_USER: '1000' });
    ada = await aPerson(app);
    bystander = await HostileClient.logIn(app.url, (await aPerson(app)).tokens.accessToken);
  });
  afterAll(async () => {
    await bystander.requireAlive();
    expect((await ada.api.get('/users/me')).status).toBe(200);
    bystander.close();
    await app.stop();
  });

  const rows = clientEventNames.flatMap((event) => Object.keys(shapes).map((shape) => [event, shape] as const));

  it.each(rows)('%s with %s is answered once, with what is wrong and not with what was sent', async (event, shape) => {
    const args = shapes[shape]!;
    const client = await HostileClient.logIn(app.url, ada.tokens.accessToken);
    const answer = await client.ask(event, ...args);
    client.tell(event, ...args);
    if (event in answersToNothing && inOrder.has(shape)) {
      expect(answer).toEqual({ ok: true, data: answersToNothing[event] });
    } else {
      const refusal = { code: 'validation_failed', status: 400, instance: event };
      expect(answer).toMatchObject({ ok: false, error: refusal });
      expect(await client.error()).toMatchObject(refusal);
      expect(client.socket.frames.join()).not.toContain(marker);
    }
    await client.requireAlive();
    client.close();
  });

  it.each(clientEventNames)('%s with bytes is refused, as a payload and as a field', async (event) => {
    const client = await HostileClient.logIn(app.url, ada.tokens.accessToken);
    const bytes = '{"_placeholder":true,"num":0}';
    const fields = ['groupId', 'messageId', 'content', 'seq', 'timestamp'].map((field) => `"${field}":${bytes}`);
    for (const args of [bytes, `{${fields.join(',')}}`]) {
      const answer = await client.askWithBytes(event, args);
      expect(answer).toMatchObject({ ok: false, error: { code: 'validation_failed' } });
    }
    await client.requireAlive();
    client.close();
  });

  it.each([
    'nothing_like_this',
    'exception',
    '',
    'constructor',
    '__proto__',
    'toString',
    'new_message',
    'x'.repeat(999),
  ])('there is no event %j', async (event) => {
    const client = await HostileClient.logIn(app.url, ada.tokens.accessToken);
    const answer = await client.ask(event, `{"content":"${marker}"}`);
    client.tell(event, `{"content":"${marker}"}`);
    const refusal = { code: 'validation_failed', detail: 'There is no such event.', instance: event.slice(0, 64) };
    expect(answer).toMatchObject({ ok: false, error: refusal });
    expect(await client.error()).toMatchObject(refusal);
    expect(client.socket.frames.join()).not.toContain(marker);
    await client.requireAlive();
    client.close();
  });

  it('whose handler fails is answered `internal_error`, with nothing of the failure', async () => {
    const client = await HostileClient.logIn(app.url, ada.tokens.accessToken);
    const { id: groupId } = await ada.createGroup();
    const failing = jest
      .spyOn(app.app.get(MarkersService), 'move')
      .mockRejectedValueOnce(new Error('E11000 secret of the driver'))
      .mockImplementationOnce(() => {
        throw new TypeError('secret of the code');
      })
      .mockRejectedValueOnce('secret text');
    const payload = JSON.stringify({ groupId, seq: 1 });
    for (let time = 1; time <= 3; time += 1) {
      expect(await client.ask('read', payload)).toEqual({
        ok: false,
        error: {
          type: '/docs/problems#internal_error',
          title: 'Internal error',
          status: 500,
          detail: 'Something went wrong on the server.',
          instance: 'read',
          code: 'internal_error',
          correlationId: expect.stringMatching(/^[\w.-]{1,64}$/),
        },
      });
    }
    failing.mockRejectedValueOnce(new Error('secret, and nobody waits for an answer'));
    client.tell('read', payload);
    expect((await client.error()).code).toBe('internal_error');
    failing.mockRestore();
    expect(await client.ask('read', payload)).toMatchObject({ ok: true });
    expect(client.socket.frames.join()).not.toContain('secret');
    client.close();
  });

  it('answers an event that is in order whether or not an answer was asked for', async () => {
    const { id: groupId } = await ada.createGroup();
    const message = await ada.sendMessage(groupId);
    const ids = { groupId, messageId: message.id };
    const payloads: Record<ClientEventName, object> = {
      message: { groupId, content: 'no answer, please' },
      edit_message: { messageId: ids.messageId, content: 'other words' },
      delete_message: { messageId: ids.messageId },
      restore_message: { messageId: ids.messageId },
      react: { messageId: ids.messageId, emoji: '👍' },
      typing: { groupId },
      read: { groupId, seq: 1 },
      delivered: { groupId, seq: 2 },
      sync: {},
      subscribe: { channel: `group:${groupId}`, history: 1 },
      unsubscribe: { channel: `group:${groupId}` },
      presence: { presence: 'away' },
      authenticate: { token: ada.tokens.accessToken },
      ping: {},
      pong: {},
    };
    // Null: there is nothing to hear; a refusal would be heard as `error`.
    const heard = {
      message: /^42\["new_message"/,
      edit_message: /^42\["message_updated".*"rev":3/,
      delete_message: /^42\["message_deleted"/,
      restore_message: /^42\["message_updated".*"rev":5/,
      react: /^42\["message_updated".*"isAdded":true/,
      typing: /^42\["typing"/,
      read: /^42\["read"/,
      delivered: /^42\["delivered".*"seq":2/,
      sync: null,
      subscribe: null,
      unsubscribe: null,
      presence: /^42\["presence".*"away"/,
      authenticate: null,
      ping: /^42\["pong"/,
      pong: null,
    } satisfies Record<ClientEventName, RegExp | null>;
    for (const event of clientEventNames) {
      const client = await HostileClient.logIn(app.url, ada.tokens.accessToken);
      client.tell(event, JSON.stringify(payloads[event]));
      if (heard[event] !== null) await client.socket.frame(heard[event]);
      await client.requireAlive();
      const refused = client.socket.frames.filter((frame) => frame.startsWith('42["error"'));
      expect({ event, refused }).toEqual({ event, refused: [] });
      client.close();
    }
  });
});
