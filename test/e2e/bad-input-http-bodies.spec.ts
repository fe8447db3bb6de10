import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import { problems, type ProblemCode } from '../../contract/problems.js';
import type { GroupDetailView } from '../../contract/views.js';
import type { ApiAnswer } from '../support/api-client.js';
import { expectProblem, faultyFields } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { rawRequest } from '../support/raw-client.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const json = 'application/json';

/** Bodies as they go over the wire, and the problem that each is answered with. */
const bodies: [name: string, body: string | Uint8Array<ArrayBuffer>, contentType: string, code: ProblemCode][] = [
  ['a form', 'content=hello', 'application/x-www-form-urlencoded', 'unsupported_media_type'],
  ['a form with an operator', 'content[$ne]=x', 'application/x-www-form-urlencoded', 'unsupported_media_type'],
  ['a multipart form', '--x\r\n\r\nhello\r\n--x--', 'multipart/form-data; boundary=x', 'unsupported_media_type'],
  ['plain text', '{"content":"x"}', 'text/plain', 'unsupported_media_type'],
  ['XML', '<content>x</content>', 'application/xml', 'unsupported_media_type'],
  ['no known type', '{"content":"x"}', 'nonsense', 'unsupported_media_type'],
  ['JSON in a foreign encoding', '{"content":"x"}', `${json}; charset=latin1`, 'unsupported_media_type'],
  ['an array', '[{"content":"x"}]', json, 'validation_failed'],
  ['an empty array', '[]', json, 'validation_failed'],
  ['null', 'null', json, 'malformed_json'],
  ['a number', '42', json, 'malformed_json'],
  ['a string', '"content"', json, 'malformed_json'],
  ['a truth', 'true', json, 'malformed_json'],
  ['nothing but white space', '   ', json, 'malformed_json'],
  ['JSON that ends too soon', '{"content":"x"', json, 'malformed_json'],
  ['JSON with more behind it', '{"content":"x"}{}', json, 'malformed_json'],
  ['JSON with single quotes', "{'content':'x'}", json, 'malformed_json'],
  ['JSON with a comment', '{"content":"x"/**/}', json, 'malformed_json'],
  ['JSON with NaN', '{"content":NaN}', json, 'malformed_json'],
  ['a raw control character', '{"content":"a\u0001b"}', json, 'malformed_json'],
  ['bytes that are no text', new Uint8Array([0xff, 0xfe, 0x00, 0x80]), json, 'malformed_json'],
  ['arrays 20,000 deep', `{"content":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, json, 'validation_failed'],
  ['objects 10,000 deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, json, 'validation_failed'],
  [
    'objects in an unknown field',
    `{"content":"x","a":${'{"a":'.repeat(99)}1${'}'.repeat(99)}}`,
    json,
    'validation_failed',
  ],
  ['one byte too many', `{"content":"${'x'.repeat(limits.body.maxBytes - 13)}"}`, json, 'payload_too_large'],
  ['exactly as much as is taken', `{"content":"${'x'.repeat(limits.body.maxBytes - 14)}"}`, json, 'validation_failed'],
  ['twice as much as is taken', `{"content":"${'x'.repeat(2 * limits.body.maxBytes)}"}`, json, 'payload_too_large'],
  ['an empty object', '{}', json, 'validation_failed'],
];

describe('a body that is no good', () => {
  let app: TestApp;
  let ada: Person;
  let group: GroupDetailView;
  beforeAll(async () => {
    app = await startTestApp();
    ada = await aPerson(app);
    group = await ada.createGroup();
  });
  afterAll(() => app.stop());

  /** Sends bytes as they are, signed in. */
  function sendRaw(
    method: string,
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string>,
  ): Promise<ApiAnswer> {
    return rawRequest(`${app.api}${path}`, {
      method,
      body,
      headers: { authorization: `Bearer ${ada.tokens.accessToken}`, ...headers },
    });
  }

  it.each(bodies)('is refused: %s', async (_name, body, contentType, code) => {
    const headers = { 'content-type': contentType };
    const path = `/groups/${group.id}/messages`;
    const document = expectProblem(await sendRaw('POST', path, body, headers), code);
    expect(document.instance).toBe(`/api/v1${path}`);
    // Who is not signed in gets no other status for it, and no 500 either.
    const open = await sendRaw('POST', '/auth/login', body, { ...headers, authorization: '' });
    expect(open.status).toBe(problems[code].status);
    expect((await ada.api.get(path)).body).toMatchObject({ items: [] });
  });

  it('is refused when it grows too large only by unpacking, or cannot be unpacked', async () => {
    const path = `/groups/${group.id}/messages`;
    const bomb = gzipSync(`{"content":"${' '.repeat(10_000_000)}x"}`);
    expect(bomb.byteLength).toBeLessThan(limits.body.maxBytes);
    const gzip = { 'content-type': json, 'content-encoding': 'gzip' };
    expectProblem(await sendRaw('POST', path, new Uint8Array(bomb), gzip), 'payload_too_large');
    expectProblem(await sendRaw('POST', path, '{"content":"not packed"}', gzip), 'malformed_json');
    const unknown = { 'content-type': json, 'content-encoding': 'rot13' };
    expectProblem(await sendRaw('POST', path, '{"content":"x"}', unknown), 'unsupported_media_type');
  });

  it('may be left out where nothing is required', async () => {
    const [bob, channel] = await Promise.all([aPerson(app), ada.createGroup({ kind: 'channel' })]);
    expectStatus(await ada.api.put(`/groups/${channel.id}/members/${bob.id}`), 201);
    expectStatus(await ada.api.patch(`/groups/${channel.id}`), 200);
  });

  it('is refused where a field is missing because there is no body at all', async () => {
    const answer = await ada.api.post(`/groups/${group.id}/messages`);
    expectProblem(answer, 'validation_failed');
    expect(faultyFields(answer)).toEqual(['content']);
  });

  it('is taken as any kind of JSON', async () => {
    const path = `/groups/${(await ada.createGroup()).id}/messages`;
    for (const type of ['application/json; charset=utf-8', 'Application/JSON', 'application/vnd.confab+json']) {
      expect((await sendRaw('POST', path, '{"content":"x"}', { 'content-type': type })).status).toBe(201);
    }
  });

  it.each([
    ['__proto__', '{"content":"x","__proto__":{"isAdmin":true}}'],
    ['constructor', '{"content":"x","constructor":{"prototype":{"isAdmin":true}}}'],
    ['prototype', '{"content":"x","prototype":{"isAdmin":true}}'],
    ['hasOwnProperty', '{"content":"x","hasOwnProperty":1}'],
    ['toString', '{"content":"x","toString":1}'],
    ['valueOf', '{"content":"x","valueOf":{}}'],
    ['toJSON', '{"content":"x","toJSON":1}'],
    ['then', '{"content":"x","then":1}'],
    ['$where', '{"content":"x","$where":"sleep(1000)"}'],
    ['senderId', '{"content":"x","senderId":"0197b6a0-0000-7000-8000-000000000000"}'],
    ['seq', '{"content":"x","seq":100}'],
    ['', '{"content":"x","":1}'],
  ])('with the unknown field "%s" is refused by its name', async (field, body) => {
    const path = `/groups/${group.id}/messages`;
    const answer = await sendRaw('POST', path, body, { 'content-type': json });
    expectProblem(answer, 'validation_failed');
    expect(faultyFields(answer)).toEqual([field]);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  it('with an unknown field that could break a log line names it without what could', async () => {
    const body = JSON.stringify({ content: 'x', ['\r\n\u2028\u001b[31m' + 'y'.repeat(500)]: 1 });
    const answer = await sendRaw('POST', `/groups/${group.id}/messages`, body, { 'content-type': json });
    expectProblem(answer, 'validation_failed');
    expect(faultyFields(answer)).toEqual([`????[31m${'y'.repeat(56)}`]);
  });

  it('with a thousand unknown fields names some of them', async () => {
    const fields = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`field${String(index)}`, 1]));
    const answer = await ada.api.post(`/groups/${group.id}/messages`, { content: 'x', ...fields });
    const document = expectProblem(answer, 'validation_failed');
    expect(document.errors).toHaveLength(50);
    expect(document.detail.length).toBeLessThanOrEqual(500);
  });
});
