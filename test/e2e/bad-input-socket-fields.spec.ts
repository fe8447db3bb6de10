import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { clientEventNames, type ClientEventName } from '../../contract/events.js';
import type { ProblemCode } from '../../contract/problems.js';
import { deepJson, HostileClient } from '../support/hostile-client.js';
import { aPerson, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** Values that are wrong in place of a text, a number or a truth value alike, as JSON text. */
const wrongEverywhere = {
  null: 'null',
  'an operator': '{"$ne":null}',
  'another operator': '{"$gt":""}',
  'code for the database': '{"$where":"sleep(10000)"}',
  'an array': '["a","b"]',
  'an empty array': '[]',
  'an object': '{"toString":"x","valueOf":"y"}',
  'something deep': deepJson,
};
const wrongText = { ...wrongEverywhere, 'a number': '7', true: 'true' };
const wrongId = {
  ...wrongText,
  'an empty text': '""',
  'no id': '"not-an-id"',
  'an id of MongoDB': '"507f1f77bcf86cd799439011"',
  'an id with more': JSON.stringify(`${randomUUID()}:${randomUUID()}`),
  'a path': '"../../etc/passwd"',
  'a null byte': '"\\u0000"',
};
const wrongContent = { ...wrongText, 'only blanks': '" \\n\\t "', 'one too many': JSON.stringify('x'.repeat(10_001)) };
const wrongNumber = { ...wrongEverywhere, 'a text': '"1"', true: 'true', 'more than there is': '1e999' };
const wrongTruth = { ...wrongEverywhere, 'a text': '"false"', 'a number': '0' };
const wrongEmoji = {
  ...wrongText,
  'an empty text': '""',
  'a letter': '"x"',
  'two of them': '"👍👍"',
  'half of one': '"\\ud83d"',
  'far too many': JSON.stringify('👍'.repeat(1_000)),
};
const wrongChannel = {
  ...wrongText,
  'an empty text': '""',
  'no channel': '"nothing"',
  'a room of the server’s own': `"user:${randomUUID()}"`,
  'another one': '"held"',
  'a group without its id': '"group:"',
  'a group of no id': '"group:1"',
  'a group with more': JSON.stringify(`group:${randomUUID()}:x`),
  'one too many': JSON.stringify('x'.repeat(65)),
};
const wrongPlace = { ...wrongNumber, 'a fraction': '1.5', 'less than nothing': '-1' };

const wrongPositions = {
  ...wrongEverywhere,
  // Names that every object has (`toString`, `__proto__`) are taken out before: of the usual one nothing would remain.
  'an object': '{"one":"x","two":"y"}',
  'a text': '"all"',
  'a key that is no id': `{"one":{"rev":0,"epoch":"${randomUUID()}"}}`,
  'a place without an epoch': `{"${randomUUID()}":{"rev":0}}`,
  'an epoch without a place': `{"${randomUUID()}":{"epoch":"${randomUUID()}"}}`,
  'a place that is a text': `{"${randomUUID()}":{"rev":"0","epoch":"${randomUUID()}"}}`,
  'a place below nothing': `{"${randomUUID()}":{"rev":-1,"epoch":"${randomUUID()}"}}`,
  'a place that is a fraction': `{"${randomUUID()}":{"rev":0.5,"epoch":"${randomUUID()}"}}`,
  'a place that is an operator': `{"${randomUUID()}":{"rev":{"$gt":0},"epoch":"${randomUUID()}"}}`,
  'an epoch that is an operator': `{"${randomUUID()}":{"rev":0,"epoch":{"$ne":null}}}`,
  'an epoch that is no id': `{"${randomUUID()}":{"rev":0,"epoch":"x"}}`,
  'something more': `{"${randomUUID()}":{"rev":0,"epoch":"${randomUUID()}","limit":1}}`,
  'null for a place': `{"${randomUUID()}":null}`,
  'more groups than are answered': JSON.stringify(
    Object.fromEntries(Array.from({ length: 501 }, () => [randomUUID(), { rev: 0, epoch: randomUUID() }])),
  ),
};

/** For each event and field: what is wrong in it. An event of the contract without a row does not compile. */
const wrong: Record<ClientEventName, Record<string, Record<string, string>>> = {
  message: {
    groupId: wrongId,
    content: wrongContent,
    clientMessageId: { ...wrongText, 'an empty text': '""', 'one too many': JSON.stringify('x'.repeat(65)) },
    replyToId: wrongId,
  },
  edit_message: { messageId: wrongId, content: wrongContent },
  delete_message: { messageId: wrongId },
  restore_message: { messageId: wrongId },
  react: { messageId: wrongId, emoji: wrongEmoji, remove: wrongTruth },
  typing: { groupId: wrongId, isTyping: wrongTruth },
  read: { groupId: wrongId, seq: wrongPlace },
  delivered: { groupId: wrongId, seq: wrongPlace },
  sync: { groups: wrongPositions, limit: { ...wrongPlace, none: '0', 'more than are given': '501' } },
  subscribe: { channel: wrongChannel, history: { ...wrongPlace, 'more than are given': '101' } },
  unsubscribe: { channel: wrongChannel },
  presence: {
    presence: { ...wrongText, 'what is not chosen': '"offline"', 'something else': '"busy"', capitals: '"AWAY"' },
    // Null takes it away.
    statusText: { ...wrongText, null: '7', 'one too many': JSON.stringify('x'.repeat(141)) },
  },
  authenticate: { token: { ...wrongText, 'an empty text': '""' } },
  ping: { timestamp: wrongNumber },
  pong: { timestamp: wrongNumber },
};

describe('a field of a client event', () => {
  let app: TestApp;
  let ada: Person;
  let own: { groupId: string; messageId: string };
  let foreign: { groupId: string; messageId: string };
  beforeAll(async () => {
    app = await startTestApp({ WS_MAX_CONNECTIONS_PER_USER: '1000' });
    ada = await aPerson(app);
    own = await aMessageOf(ada);
    foreign = await aMessageOf(await aPerson(app));
  });
  afterAll(() => app.stop());

  const aMessageOf = async (person: Person) => {
    const { id: groupId } = await person.createGroup();
    return { groupId, messageId: (await person.sendMessage(groupId, 'as it was')).id };
  };
  /** The event's fields in order, as JSON text. */
  const fieldsOf = (event: ClientEventName): Record<string, string> => {
    const [groupId, messageId] = [JSON.stringify(own.groupId), JSON.stringify(own.messageId)];
    const all: Record<ClientEventName, Record<string, string>> = {
      message: { groupId, content: '"hello"' },
      edit_message: { messageId, content: '"hello"' },
      delete_message: { messageId },
      restore_message: { messageId },
      react: { messageId, emoji: '"👍"' },
      typing: { groupId },
      read: { groupId, seq: '1' },
      delivered: { groupId, seq: '1' },
      sync: {},
      subscribe: { channel: `"group:${own.groupId}"` },
      unsubscribe: { channel: `"group:${own.groupId}"` },
      presence: { presence: '"away"' },
      authenticate: { token: '"x"' },
      ping: {},
      pong: {},
    };
    return all[event];
  };
  const ask = async (event: ClientEventName, changes: Record<string, string>) => {
    const client = await HostileClient.logIn(app.url, ada.tokens.accessToken);
    const fields = Object.entries({ ...fieldsOf(event), ...changes });
    const answer = await client.ask(event, `{${fields.map(([name, value]) => `"${name}":${value}`).join(',')}}`);
    await client.requireAlive();
    client.close();
    return answer;
  };

  const rows = clientEventNames.flatMap((event) => Object.keys(wrong[event]).map((field) => [event, field] as const));

  it.each(rows)('%s, %s: everything wrong is refused and changes nothing', async (event, field) => {
    const before = await stateOf(ada, own);
    await Promise.all(
      Object.entries(wrong[event][field]!).map(async ([what, value]) => {
        const answer = await ask(event, { [field]: value });
        expect({ what, answer }).toMatchObject({ answer: { ok: false, error: { code: 'validation_failed' } } });
        // A deep value is refused as a whole, before anybody looks at its fields.
        const faults = answer.ok ? [] : (answer.error.errors ?? []).map((fault) => fault.field);
        expect({ what, faults: [...new Set(faults)] }).toEqual({ what, faults: value === deepJson ? [] : [field] });
      }),
    );
    expect(await stateOf(ada, own)).toEqual(before);
  });

  it.each<[ClientEventName, string, ProblemCode, ProblemCode]>([
    ['message', 'groupId', 'not_found', 'not_a_member'],
    ['message', 'replyToId', 'validation_failed', 'validation_failed'],
    ['edit_message', 'messageId', 'not_found', 'not_a_member'],
    ['delete_message', 'messageId', 'not_found', 'not_a_member'],
    ['restore_message', 'messageId', 'not_found', 'not_a_member'],
    ['react', 'messageId', 'not_found', 'not_a_member'],
    ['typing', 'groupId', 'not_found', 'not_a_member'],
    ['delivered', 'groupId', 'not_found', 'not_a_member'],
    ['read', 'groupId', 'not_found', 'not_a_member'],
  ])('%s, %s: an id of nothing is %s, an id of others %s', async (event, field, ofNothing, ofOthers) => {
    const nothing = await ask(event, { [field]: JSON.stringify(randomUUID()) });
    expect(nothing).toMatchObject({ ok: false, error: { code: ofNothing, instance: event } });
    const others = JSON.stringify(field === 'groupId' ? foreign.groupId : foreign.messageId);
    expect(await ask(event, { [field]: others })).toMatchObject({ ok: false, error: { code: ofOthers } });
  });

  it('may be an id in capitals, which is the same id', async () => {
    const capitals = JSON.stringify(own.groupId.toUpperCase());
    expect(await ask('read', { groupId: capitals })).toMatchObject({ ok: true, data: { groupId: own.groupId } });
  });
});

/** What a wrong event must not have changed. */
async function stateOf(person: Person, { groupId }: { groupId: string }): Promise<unknown> {
  const { body } = await person.api.get(`/groups/${groupId}/messages?includeDeleted=true`);
  return body;
}
