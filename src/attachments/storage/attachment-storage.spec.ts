import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';

import { openGridfsStore, openS3Store, type OpenStore } from '../../../test/support/attachment-stores.js';
import { toProblem } from '../../common/problem-document.js';
import type { AttachmentStorage, StoredFile } from './attachment-storage.js';
import { NotStoredError } from './attachment-storage.js';

const mebibyte = 1024 * 1024;

/** Bytes in parts of a size that fits no chunk. */
function streamOf(bytes: Buffer, partBytes = 50_001): Readable {
  const parts = Array.from({ length: Math.ceil(bytes.length / partBytes) }, (_, index) =>
    bytes.subarray(index * partBytes, (index + 1) * partBytes),
  );
  return Readable.from(parts, { objectMode: false });
}

/** Gives so many bytes, then does what it is told, and never ends by itself. */
function streamThat(gives: number, then: (stream: Readable) => void): Readable {
  let given = 0;
  return new Readable({
    read() {
      if (given >= gives) {
        setImmediate(() => then(this));
        return;
      }
      given += 65_536;
      this.push(Buffer.alloc(65_536, 'x'));
    },
  });
}

async function problemOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => toProblem(error).code,
  );
}

describe.each([
  ['GridFS', openGridfsStore],
  ['S3', openS3Store],
] as const)('AttachmentStorage in %s', (_name, open) => {
  let store: OpenStore;
  let storage: AttachmentStorage;
  let key: string;
  beforeAll(async () => {
    // What goes wrong here is of our own making: nobody needs to read of it.
    Logger.overrideLogger(false);
    store = await open();
    storage = store.storage;
  });
  beforeEach(() => {
    key = randomUUID();
  });
  afterAll(() => store.close());

  const write = (bytes: Buffer, at = key) => storage.write(at, streamOf(bytes));
  const readWhole = async (at = key) => buffer(await storage.read(at));
  const list = async (): Promise<StoredFile[]> => {
    const found: StoredFile[] = [];
    for await (const file of storage.list()) found.push(file);
    return found;
  };

  it.each([
    0,
    1,
    255 * 1024 - 1,
    255 * 1024,
    255 * 1024 + 1,
    3 * 255 * 1024,
    5 * mebibyte - 1,
    5 * mebibyte,
    5 * mebibyte + 1,
  ])('gives back a file of %d bytes as it was', async (size) => {
    const bytes = randomBytes(size);
    expect(await write(bytes)).toEqual({ size });
    expect((await readWhole()).equals(bytes)).toBe(true);
  });

  it('gives back 25 MiB as they were', async () => {
    const bytes = randomBytes(25 * mebibyte);
    expect(await write(bytes)).toEqual({ size: bytes.length });
    const digest = createHash('sha256');
    for await (const part of await storage.read(key)) digest.update(part as Buffer);
    expect(digest.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('takes bytes in parts of any size', async () => {
    const bytes = randomBytes(mebibyte);
    for (const partBytes of [997, 6 * mebibyte]) {
      await storage.write(key, streamOf(bytes, partBytes));
      expect((await readWhole()).equals(bytes)).toBe(true);
    }
  });

  it('gives any part of a file', async () => {
    const bytes = randomBytes(600 * 1024);
    await write(bytes);
    const last = bytes.length - 1;
    for (const [start, end] of [
      [0, 0],
      [0, 9],
      [255 * 1024 - 1, 255 * 1024],
      [255 * 1024, 510 * 1024 - 1],
      [1000, last],
      [last, last],
    ] as const) {
      expect((await buffer(await storage.read(key, { start, end }))).equals(bytes.subarray(start, end + 1))).toBe(true);
    }
    expect((await buffer(await storage.read(key, { start: 10, end: 10 ** 9 }))).length).toBe(bytes.length - 10);
  });

  it.each([
    { start: 100, end: 100 },
    { start: 5, end: 4 },
    { start: -1, end: 4 },
    { start: 0.5, end: 4 },
  ])('refuses the range %j of 100 bytes', async (range) => {
    await write(randomBytes(100));
    await expect(storage.read(key, range)).rejects.toThrow(RangeError);
  });

  it('says so when nothing is stored under a key', async () => {
    await expect(storage.read(key)).rejects.toThrow(NotStoredError);
    await expect(storage.read(key, { start: 0, end: 1 })).rejects.toThrow(NotStoredError);
  });

  it('puts a file in the place of an earlier one of the same key, and leaves nothing of that', async () => {
    await write(Buffer.from('the first'));
    const before = await store.countTraces();
    await write(Buffer.from('second'));
    expect(String(await readWhole())).toBe('second');
    expect(await store.countTraces()).toBe(before);
  });

  it('ends with one whole file when a key is written twice at once', async () => {
    const before = await store.countTraces();
    const [one, other] = [randomBytes(mebibyte), randomBytes(mebibyte)];
    await Promise.all([write(one), write(other)]);
    const found = await readWhole();
    expect(found.equals(one) || found.equals(other)).toBe(true);
    await storage.remove([key]);
    expect(await store.countTraces()).toBe(before);
  });

  it('removes files with all that belongs to them, and minds none that is not there', async () => {
    const before = await store.countTraces();
    const keys: string[] = [randomUUID(), `${key}.thumbnail`, key];
    for (const each of keys) await write(randomBytes(300_000), each);
    await storage.remove([...keys, randomUUID()]);
    await storage.remove(keys);
    await storage.remove([]);
    for (const each of keys) await expect(storage.read(each)).rejects.toThrow(NotStoredError);
    expect(await store.countTraces()).toBe(before);
  });

  it('lists each file once, in the order of the keys', async () => {
    const keys: string[] = Array.from({ length: 5 }, () => randomUUID());
    for (const [index, each] of keys.entries()) await write(Buffer.alloc(index), each);
    await write(Buffer.alloc(7), keys[0]);
    const mine = (await list()).filter((file) => keys.includes(file.key));
    expect(mine.map((file) => file.key)).toEqual(keys.toSorted());
    expect(mine.find((file) => file.key === keys[0])?.size).toBe(7);
    expect(mine.every(({ storedAt }) => Math.abs(Date.now() - storedAt.getTime()) < 60_000)).toBe(true);
  });

  it.each([0, 65_536, mebibyte, 12 * mebibyte])(
    'keeps nothing of an upload whose source fails after %d bytes',
    async (gives) => {
      const before = await store.countTraces();
      const source = streamThat(gives, (stream) => stream.destroy(new Error('the line broke')));
      await expect(storage.write(key, source)).rejects.toThrow('the line broke');
      expect(await store.countTraces()).toBe(before);
      await expect(storage.read(key)).rejects.toThrow(NotStoredError);
    },
  );

  it('keeps nothing of an upload whose source is closed before its end', async () => {
    const before = await store.countTraces();
    await expect(
      storage.write(
        key,
        streamThat(mebibyte, (stream) => stream.destroy()),
      ),
    ).rejects.toThrow();
    expect(await store.countTraces()).toBe(before);
  });

  it.each([0, mebibyte, 12 * mebibyte])('keeps nothing of an upload that is aborted after %d bytes', async (gives) => {
    const before = await store.countTraces();
    const abort = new AbortController();
    const source = streamThat(gives, () => abort.abort());
    await expect(storage.write(key, source, abort.signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(source.destroyed).toBe(true);
    expect(await store.countTraces()).toBe(before);
  });

  it('keeps the earlier file when one that was to take its place is aborted', async () => {
    await write(Buffer.from('the first'));
    const abort = new AbortController();
    const source = streamThat(6 * mebibyte, () => abort.abort());
    await expect(storage.write(key, source, abort.signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(String(await readWhole())).toBe('the first');
  });

  it('stores nothing for a signal that is aborted already', async () => {
    const before = await store.countTraces();
    await expect(storage.write(key, streamOf(randomBytes(10)), AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(await store.countTraces()).toBe(before);
  });

  it('lets a reader go in the middle', async () => {
    await write(randomBytes(3 * mebibyte));
    const stream = await storage.read(key);
    for await (const part of stream) {
      expect((part as Buffer).length).toBeGreaterThan(0);
      break;
    }
    expect(stream.destroyed).toBe(true);
  });

  it('names uploads that a crash cut off, and removes those alone', async () => {
    await write(randomBytes(300_000));
    const before = await store.countTraces();
    await store.leaveBrokenUpload();
    const broken: { id: string; startedAt: Date }[] = [];
    for await (const upload of storage.listBroken()) broken.push(upload);
    expect(broken).toHaveLength(1);
    expect(Math.abs(Date.now() - broken[0]!.startedAt.getTime())).toBeLessThan(60_000);

    await storage.removeBroken(broken.map(({ id }) => id));
    await storage.removeBroken(broken.map(({ id }) => id));
    expect(await store.countTraces()).toBe(before);
    expect((await readWhole()).length).toBe(300_000);
  });

  it.each(['', '../etc/passwd', 'a/b', 'a\0', '.', '..', 'a.b.c', 'ä', 'x'.repeat(65), '$ne', 'a b', 'a.B', '%2e'])(
    'takes no key %j that is no id',
    async (hostile) => {
      await expect(write(Buffer.from('x'), hostile)).rejects.toThrow(TypeError);
      await expect(storage.read(hostile)).rejects.toThrow(TypeError);
      await expect(storage.remove([hostile])).rejects.toThrow(TypeError);
    },
  );

  describe('when the store is away', () => {
    let gone: OpenStore;
    beforeAll(async () => {
      gone = await open();
      await gone.storage.write('stored', streamOf(randomBytes(8 * mebibyte)));
    });
    afterAll(() => gone.close());

    it('fails as unavailable, also in the middle of an upload or a download', async () => {
      const reading = await gone.storage.read('stored');
      const gate = Promise.withResolvers<undefined>();
      const source = Readable.from(
        (async function* () {
          yield randomBytes(6 * mebibyte);
          await gate.promise;
          yield randomBytes(6 * mebibyte);
        })(),
        { objectMode: false },
      );
      const writing = problemOf(gone.storage.write(key, source));
      await gone.goAway();
      gate.resolve(undefined);

      expect(await writing).toBe('unavailable');
      expect(await problemOf(buffer(reading))).toBe('unavailable');
      expect(await problemOf(gone.storage.write(key, streamOf(randomBytes(10))))).toBe('unavailable');
      expect(await problemOf(gone.storage.read('stored'))).toBe('unavailable');
      expect(await problemOf(gone.storage.remove(['stored']))).toBe('unavailable');
    });
  });
});
