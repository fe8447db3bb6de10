import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';

import { openS3Store } from '../../../../test/support/attachment-stores.js';
import { eventually } from '../../../../test/support/eventually.js';
import { freePort } from '../../../../tools/support/free-port.js';
import { S3Server } from '../../../../test/support/s3-server.js';
import { CannotStartError } from '../../../common/cannot-start.error.js';
import { readSettings } from '../../../config/settings.js';
import { connectS3 } from './s3-connection.js';

const mebibyte = 1024 * 1024;
const streamOf = (bytes: Buffer) => Readable.from([bytes], { objectMode: false });

describe('S3Storage', () => {
  let store: Awaited<ReturnType<typeof openS3Store>>;
  const logged: string[] = [];
  beforeEach(async () => {
    logged.length = 0;
    jest.spyOn(Logger.prototype, 'error').mockImplementation((...parts: unknown[]) => {
      logged.push(JSON.stringify(parts));
    });
    store = await openS3Store();
  });
  afterEach(async () => {
    await store.close();
    jest.restoreAllMocks();
  });

  it('takes no more from an upload than two parts while the store is slow', async () => {
    let [produced, answered, most] = [0, 0, 0];
    const source = new Readable({
      read() {
        if (produced === 24 * mebibyte) this.push(null);
        else {
          produced += 65_536;
          this.push(Buffer.alloc(65_536));
        }
        most = Math.max(most, produced - answered);
      },
    });
    store.server.beforeAnswer = (request) => {
      if (request.url!.includes('partNumber=')) answered += 5 * mebibyte;
      return Promise.resolve(undefined);
    };
    await store.storage.write('upload', source);
    expect(store.server.objects.get('upload')?.bytes.length).toBe(24 * mebibyte);
    // The part that is sent, and what the stream reads ahead.
    expect(most).toBeLessThan(6 * mebibyte);
  });

  it('leaves a download in the store until its reader has room for it', async () => {
    await store.storage.write('download', streamOf(randomBytes(64 * mebibyte)));
    const stream = await store.storage.read('download');
    let given = 0;
    const before = process.memoryUsage().arrayBuffers;
    for await (const part of stream) {
      given += (part as Buffer).length;
      if (given > mebibyte) break;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * mebibyte);
  });

  it('lets go of a download that nobody begins to read', async () => {
    await store.storage.write('unread', streamOf(randomBytes(16 * mebibyte)));
    let connection: Socket | undefined;
    store.server.beforeAnswer = ({ socket }) => {
      connection = socket;
      return Promise.resolve(undefined);
    };
    (await store.storage.read('unread')).destroy();
    await eventually(() => connection?.destroyed);
  });

  it('sends a small file in one request, and a large one part by part', async () => {
    store.server.requests.length = 0;
    await store.storage.write('small', streamOf(randomBytes(1000)));
    expect(store.server.requests).toEqual([expect.stringMatching(/^PUT \/attachments\/small\?x-id=PutObject$/)]);
    await store.storage.write('large', streamOf(randomBytes(11 * mebibyte)));
    expect(store.server.requests.filter((request) => request.includes('partNumber='))).toHaveLength(3);
  });

  it('waits for the part that is on its way before it removes all of them', async () => {
    const held = Promise.withResolvers<undefined>();
    store.server.beforeAnswer = (request) =>
      request.url!.includes('partNumber=2') ? held.promise : Promise.resolve(undefined);
    const abort = new AbortController();
    const source = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(mebibyte);
      })(),
      { objectMode: false },
    );
    const writing = store.storage.write('aborted', source, abort.signal);
    await eventually(() => store.server.requests.some((request) => request.includes('partNumber=2')));
    abort.abort();
    held.resolve(undefined);
    await expect(writing).rejects.toMatchObject({ name: 'AbortError' });
    expect([store.server.uploads.size, store.server.objects.size]).toEqual([0, 0]);
    expect(store.server.requests.at(-1)).toMatch(/^DELETE .*uploadId=/);
  });

  it('tries again what failed once', async () => {
    let failures = 0;
    store.server.beforeAnswer = () => Promise.resolve(failures++ === 0 ? { status: 503, body: '' } : undefined);
    await store.storage.write('again', streamOf(Buffer.from('hello')));
    expect(String(await buffer(await store.storage.read('again')))).toBe('hello');
  });

  it('gives up a store that does not answer, and says so in one line of the log without the key', async () => {
    store.server.beforeAnswer = () => new Promise(() => undefined);
    await expect(store.storage.read('silent')).rejects.toMatchObject({ code: 'unavailable' });
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('the store of attachments failed at reading: ');
    expect(logged[0]).not.toContain(S3Server.secretAccessKey);
    expect(logged[0]).not.toContain('Credential');
  });

  it('gives up a download that falls silent', async () => {
    store.server.beforeAnswer = () => Promise.resolve(undefined);
    await store.storage.write('half', streamOf(Buffer.from('hello')));
    store.server.beforeAnswer = () => Promise.resolve({ status: 200, body: 'hel', headers: { 'Content-Length': '5' } });
    await expect(buffer(await store.storage.read('half'))).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('lets its reader rest for longer than the store may be silent', async () => {
    const bytes = randomBytes(16 * mebibyte);
    await store.storage.write('rest', streamOf(bytes));
    const stream = await store.storage.read('rest');
    const iterator = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
    const parts = [(await iterator.next()).value!];
    const timeoutMs = Number(store.server.settings['S3_TIMEOUT_MS']);
    const rested = Date.now() + timeoutMs + 500;
    await eventually(() => Date.now() > rested);
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) parts.push(next.value);
    expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  });

  it('fails rather than give the whole of a file for a part of it', async () => {
    store.server.beforeAnswer = () => Promise.resolve({ status: 200, body: 'hello' });
    await expect(store.storage.read('part', { start: 1, end: 2 })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('does not take a bucket that has gone for a file that is not there', async () => {
    store.server.beforeAnswer = () =>
      Promise.resolve({ status: 404, body: '<Error><Code>NoSuchBucket</Code></Error>' });
    await expect(store.storage.read('file')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('lists what is in the bucket page by page, and leaves out what is not its own', async () => {
    const keys = ['a', 'b', 'c', 'd', 'e'];
    for (const key of [...keys, 'backup/2026.tar.gz'])
      await store.storage.write('x', streamOf(Buffer.from(key))).then(() => {
        store.server.objects.set(key, store.server.objects.get('x')!);
      });
    store.server.objects.delete('x');
    for (const key of [...keys, 'backup/2026.tar.gz']) store.server.beginUpload(key);
    const [listed, broken]: [string[], string[]] = [[], []];
    for await (const { key } of store.storage.list()) listed.push(key);
    for await (const { id } of store.storage.listBroken()) broken.push(id);
    expect(listed).toEqual(keys);
    expect(broken).toHaveLength(keys.length);
    await store.storage.removeBroken(broken);
    expect(store.server.uploads.size).toBe(1);
  });
});

describe('connectS3', () => {
  let server: S3Server;
  beforeEach(async () => {
    server = await S3Server.start();
  });
  afterEach(() => server.stop());

  const connect = (environment: Record<string, string>) =>
    connectS3({ ...readSettings({ ...server.settings, ...environment }), JWT_SECRET: 'x'.repeat(32) });

  it.each<[string, Record<string, string>, RegExp]>([
    ['is not there', { S3_BUCKET: 'another' }, /^the bucket another is not there\. Make it, or check S3_BUCKET/],
    [
      'refuses this server',
      { S3_ACCESS_KEY_ID: 'someone', S3_SECRET_ACCESS_KEY: 'else' },
      /^the store of attachments refuses access to the bucket attachments\. Check S3_ACCESS_KEY_ID/,
    ],
  ])('says in one line that the bucket %s', async (_what, environment, line) => {
    const failure: unknown = await connect(environment).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CannotStartError);
    expect((failure as Error).message).toMatch(line);
    expect((failure as Error).message).not.toContain('\n');
  });

  it('says in one line that the store does not answer', async () => {
    const S3_ENDPOINT = `http://127.0.0.1:${await freePort()}`;
    await expect(connect({ S3_ENDPOINT })).rejects.toThrow(
      /^the store of attachments does not answer \(.*ECONNREFUSED.*\)\. Check S3_ENDPOINT\.$/,
    );
  });
});
