import { connect } from 'node:net';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { ProblemCode } from '../../contract/problems.js';
import type { AttachmentView } from '../../contract/attachment-views.js';
import type { ApiAnswer } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { expectProblem } from '../support/expect-problem.js';
import { pixelBomb, photoWithPlace } from '../support/hostile-files.js';
import { boundary, fieldPart, filePart, multipart, multipartType, type RawPart } from '../support/multipart.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { storedFiles } from '../support/stored-files.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { aPicture, aText, anArchive, formOf, sendForm, upload } from '../support/upload.js';

const maxBytes = 100_000;
const quotaBytes = 150_000;

describe('an upload that is not as it should be', () => {
  let app: TestApp;
  let ada: Person;
  let groupId: string;
  let before: Record<string, number>;
  beforeAll(async () => {
    app = await startTestApp({ MAX_UPLOAD_BYTES: `${maxBytes}`, UPLOAD_QUOTA_BYTES: `${quotaBytes}` });
    ada = await aPerson(app);
    groupId = (await ada.createGroup()).id;
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    before = await storedFiles(app.connection);
  });
  /** Whatever was sent, nothing of it stays, and the server goes on. */
  afterEach(async () => {
    await eventually(async () => {
      expect(await storedFiles(app.connection)).toEqual(before);
      return true;
    });
    expectStatus(await ada.api.get('/users/me'), 200);
  });

  const send = (
    body: string | Uint8Array<ArrayBuffer>,
    contentType = multipartType,
  ): Promise<ApiAnswer<AttachmentView>> =>
    ada.api.request('POST', '/attachments', body, { 'content-type': contentType });
  const forGroup = () => fieldPart('groupId', groupId);

  it.each<[string, () => RawPart[], ProblemCode]>([
    ['no file', () => [forGroup()], 'validation_failed'],
    ['nothing at all', () => [], 'validation_failed'],
    ['two files', () => [forGroup(), filePart('one'), filePart('two')], 'validation_failed'],
    ['a file of another name', () => [forGroup(), filePart('one', { name: 'picture' })], 'validation_failed'],
    [
      'a file in another field beside it',
      () => [forGroup(), filePart('one'), filePart('x', { name: 'b' })],
      'validation_failed',
    ],
    ['an empty file', () => [forGroup(), filePart('')], 'validation_failed'],
    ['no group', () => [filePart('one')], 'validation_failed'],
    ['the group behind the file', () => [filePart('one'), forGroup()], 'validation_failed'],
    ['the group twice', () => [forGroup(), forGroup(), filePart('one')], 'validation_failed'],
    ['a group that is no id', () => [fieldPart('groupId', '{"$ne":null}'), filePart('one')], 'validation_failed'],
    ['a group that is not there', () => [fieldPart('groupId', crypto.randomUUID()), filePart('one')], 'not_found'],
    ['an unknown field', () => [forGroup(), fieldPart('x', '1'), filePart('one')], 'validation_failed'],
    ['an unknown purpose', () => [forGroup(), fieldPart('purpose', 'x'), filePart('one')], 'validation_failed'],
    ['an avatar that is none', () => [fieldPart('purpose', 'avatar'), filePart('one')], 'unsupported_media_type'],
    ['an avatar for a group', () => [fieldPart('purpose', 'avatar'), forGroup(), filePart('one')], 'validation_failed'],
    ['a very long field', () => [fieldPart('groupId', 'x'.repeat(100_000)), filePart('one')], 'validation_failed'],
    [
      'a field behind the file',
      () => [forGroup(), filePart('one'), fieldPart('purpose', 'message')],
      'validation_failed',
    ],
    ['many parts', () => Array.from({ length: 1000 }, () => fieldPart('groupId', '')), 'validation_failed'],
    ['many files', () => [forGroup(), ...Array.from({ length: 500 }, () => filePart('x'))], 'validation_failed'],
    ['a part without a name', () => [forGroup(), { headers: ['X: y'], content: 'x' }], 'validation_failed'],
  ])('%s', async (_what, parts, code) => {
    expectProblem(await send(multipart(parts())), code);
  });

  it.each<[string, () => string | Uint8Array<ArrayBuffer>, string, ProblemCode]>([
    ['a file without an end', () => multipart([forGroup(), filePart('one')], ''), multipartType, 'validation_failed'],
    ['a form that ends in a header', () => `--${boundary}\r\nContent-Dispo`, multipartType, 'validation_failed'],
    [
      'a form of another boundary',
      () => multipart([forGroup(), filePart('one')]),
      'multipart/form-data; boundary=x',
      'validation_failed',
    ],
    [
      'a form that names no boundary',
      () => multipart([filePart('one')]),
      'multipart/form-data',
      'unsupported_media_type',
    ],
    ['JSON', () => '{"groupId":"x"}', 'application/json', 'unsupported_media_type'],
    ['a plain form', () => 'groupId[$ne]=x', 'application/x-www-form-urlencoded', 'unsupported_media_type'],
    ['bytes', () => new Uint8Array(1000), 'application/octet-stream', 'unsupported_media_type'],
  ])('%s', async (_what, body, contentType, code) => {
    expectProblem(await send(body(), contentType), code);
  });

  it('a group that is not mine, of which not a byte is stored', async () => {
    const { id } = await (await aPerson(app)).createGroup();
    expectProblem(await sendForm(ada, formOf({ groupId: id }, aText())), 'not_a_member');
    expectProblem(await sendForm(ada, formOf({}, aText()), `?groupId=${id}`), 'not_a_member');
    expectProblem(await sendForm(ada, formOf({ groupId }, aText()), `?groupId=${id}`), 'validation_failed');
  });

  it.each([maxBytes + 1, maxBytes + 200_000])('a file of %i bytes, where 100,000 may be', async (size) => {
    expectProblem(await sendForm(ada, formOf({ groupId }, anArchive(size))), 'payload_too_large');
  });

  it('a file of which nobody says how long it is, and that does not end', async () => {
    const form = multipart([forGroup(), filePart(anArchive(300_000).bytes, { type: 'application/zip' })]);
    const response = await fetch(`${app.api}/attachments`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ada.tokens.accessToken}`, 'content-type': multipartType },
      body: new Blob([form]).stream(),
      duplex: 'half',
    });
    const body: unknown = await response.json();
    expectProblem({ status: response.status, headers: response.headers, body }, 'payload_too_large');
  });

  it('a declared type that the bytes contradict', async () => {
    expectProblem(
      await sendForm(ada, formOf({ groupId }, { ...aPicture(), type: 'image/jpeg' })),
      'unsupported_media_type',
    );
    expectProblem(
      await sendForm(ada, formOf({ groupId }, { ...aText(), type: 'application/pdf' })),
      'unsupported_media_type',
    );
  });

  it('a picture of 30,000 x 30,000, by its header alone', async () => {
    const picture = aPicture();
    const header = new DataView(picture.bytes.buffer);
    header.setUint32(16, 30_000);
    header.setUint32(20, 30_000);
    expectProblem(await sendForm(ada, formOf({ groupId }, picture)), 'payload_too_large');
  });

  it('a picture that cannot be decoded and says where it was taken', async () => {
    const photo = (await photoWithPlace('jpeg')).subarray(0, -200);
    const file = { name: 'a.jpg', type: 'image/jpeg', bytes: new Uint8Array(photo) };
    expectProblem(await sendForm(ada, formOf({ groupId }, file)), 'unsupported_media_type');
  });

  it('a picture of few bytes and too many pixels', async () => {
    const file = { name: 'a.png', type: 'image/png', bytes: new Uint8Array(pixelBomb()) };
    expectProblem(await sendForm(ada, formOf({ groupId }, file)), 'payload_too_large');
  });

  it('text that ends as something else', async () => {
    const bytes = new Uint8Array(90_000).fill(0x61);
    bytes[89_999] = 0xff;
    expectProblem(await sendForm(ada, formOf({ groupId }, { ...aText(), bytes })), 'unsupported_media_type');
  });

  it('text of which only the end is something else, behind what was looked at', async () => {
    const big = await startTestApp();
    const bob = await aPerson(big);
    const { id } = await bob.createGroup();
    const bytes = new Uint8Array(4_000_000).fill(0x61);
    bytes[1_000_000] = 0xff;
    expectProblem(await sendForm(bob, formOf({ groupId: id }, { ...aText(), bytes })), 'unsupported_media_type');
    await big.stop();
  });

  it('one that the client breaks off', async () => {
    const body = multipart([forGroup(), filePart(anArchive(90_000).bytes, { type: 'application/zip' })]);
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    socket.write(
      [
        'POST /api/v1/attachments HTTP/1.1',
        'Host: confab',
        `Authorization: Bearer ${ada.tokens.accessToken}`,
        `Content-Type: ${multipartType}`,
        `Content-Length: ${body.length}`,
        '',
        '',
      ].join('\r\n'),
    );
    socket.write(body.subarray(0, 80_000));
    await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
  });
});

describe('the room of one user', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ MAX_UPLOAD_BYTES: `${maxBytes}`, UPLOAD_QUOTA_BYTES: `${quotaBytes}` });
  });
  afterAll(() => app.stop());

  it('is never exceeded, not by many uploads at once either, and is free again when a file goes', async () => {
    const ada = await aPerson(app);
    const { id: groupId } = await ada.createGroup();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => sendForm(ada, formOf({ groupId }, anArchive(60_000)))),
    );
    const taken = answers.filter(({ status }) => status === 201);
    expect(taken.length).toBeLessThanOrEqual(2);
    for (const answer of answers) if (answer.status !== 201) expectProblem(answer, 'payload_too_large');
    for (const { body } of taken) expectStatus(await ada.api.delete(`/attachments/${body.id}`), 204);
    const files = [await upload(ada, groupId, anArchive(60_000)), await upload(ada, groupId, anArchive(60_000))];
    const { uploads } = expectStatus(await ada.api.get<{ uploads: object }>('/limits'), 200);
    expect(uploads).toMatchObject({ maxBytes, quotaBytes, usedBytes: 120_000 });
    expectProblem(await sendForm(ada, formOf({ groupId }, anArchive(60_000))), 'payload_too_large');
    expectStatus(await ada.api.delete(`/attachments/${files[0]!.id}`), 204);
    await upload(ada, groupId, anArchive(60_000));
  });
});

describe('the name of an upload', () => {
  let app: TestApp;
  let ada: Person;
  let groupId: string;
  beforeAll(async () => {
    app = await startTestApp();
    ada = await aPerson(app);
    groupId = (await ada.createGroup()).id;
  });
  afterAll(() => app.stop());

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['a\u0000b.txt', 'ab.txt'],
    ['photo\u202Egpj.exe', 'photogpj.exe'],
    [`${'x'.repeat(1000)}.txt`, `${'x'.repeat(251)}.txt`],
    ['..', 'file'],
  ])('%j is %j', async (fileName, kept) => {
    const body = multipart([fieldPart('groupId', groupId), filePart('one', { fileName })]);
    const answer = await ada.api.request<AttachmentView>('POST', '/attachments', body, {
      'content-type': multipartType,
    });
    expect(expectStatus(answer, 201).fileName).toBe(kept);
  });

  it('is never more than one line', async () => {
    for (const fileName of ['a\r\nX-Injected: b.txt', 'a%0D%0AX-Injected: b.txt', 'a\nb.txt']) {
      const body = multipart([fieldPart('groupId', groupId), filePart('one', { fileName })]);
      const answer = await ada.api.request<AttachmentView>('POST', '/attachments', body, {
        'content-type': multipartType,
      });
      if (answer.status !== 201) expectProblem(answer, 'validation_failed');
      else expect(answer.body.fileName).toMatch(/^[^\r\n]+$/);
    }
  });

  it('is asked for before ten thousand parts are looked at', async () => {
    for (const part of [fieldPart('groupId', groupId), filePart('x')]) {
      const body = multipart([fieldPart('groupId', groupId), ...Array.from({ length: 10_000 }, () => part)]);
      expectProblem(
        await ada.api.request('POST', '/attachments', body, { 'content-type': multipartType }),
        'validation_failed',
      );
    }
  });

  it('may be changed, within the same bounds', async () => {
    const { id } = await upload(ada, groupId);
    const rename = (fileName: unknown) => ada.api.patch<AttachmentView>(`/attachments/${id}`, { fileName });
    expect(expectStatus(await rename('../b\r\nc.txt'), 200).fileName).toBe('bc.txt');
    for (const bad of ['', 'x'.repeat(256), '..', '/', null, 7]) expectProblem(await rename(bad), 'validation_failed');
  });
});
