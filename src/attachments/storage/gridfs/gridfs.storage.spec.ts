import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { openGridfsStore } from '../../../../test/support/attachment-stores.js';

const mebibyte = 1024 * 1024;

/** The memory of a transfer: what was taken from one side and not yet given to the other. */
describe('GridfsStorage, in between', () => {
  let store: Awaited<ReturnType<typeof openGridfsStore>>;
  beforeAll(async () => {
    store = await openGridfsStore();
  });
  afterAll(() => store.close());

  it('takes no more from an upload than the database has written, and less than 1 MiB', async () => {
    let [produced, written, most] = [0, 0, 0];
    const source = new Readable({
      read() {
        if (produced === 8 * mebibyte) this.push(null);
        else {
          produced += 65_536;
          this.push(randomBytes(65_536));
        }
        most = Math.max(most, produced - written);
      },
    });
    const insert = store.repository.insertChunk.bind(store.repository);
    const slow = jest.spyOn(store.repository, 'insertChunk').mockImplementation(async (id, n, bytes) => {
      await insert(id, n, bytes);
      written += bytes.length;
    });
    await store.storage.write('upload', source);
    slow.mockRestore();
    expect(written).toBe(8 * mebibyte);
    expect(most).toBeLessThan(mebibyte);
  });

  it('asks the database for no more than a slow reader has room for, and less than 1 MiB', async () => {
    await store.storage.write('download', Readable.from([randomBytes(8 * mebibyte)], { objectMode: false }));
    let [fetched, taken, most] = [0, 0, 0];
    const find = store.repository.findChunk.bind(store.repository);
    const counted = jest.spyOn(store.repository, 'findChunk').mockImplementation(async (id, n) => {
      const chunk = await find(id, n);
      fetched += chunk?.length ?? 0;
      most = Math.max(most, fetched - taken);
      return chunk;
    });
    for await (const part of await store.storage.read('download')) {
      // As long as the database would need for several more.
      await Promise.all([find(store.repository.newId(), 0), find(store.repository.newId(), 0)]);
      taken += (part as Buffer).length;
    }
    counted.mockRestore();
    expect(taken).toBe(8 * mebibyte);
    expect(most).toBeLessThan(mebibyte);
  });

  it('fetches no chunk that a range does not touch', async () => {
    await store.storage.write('range', Readable.from([randomBytes(2 * mebibyte)], { objectMode: false }));
    const fetched = jest.spyOn(store.repository, 'findChunk');
    for await (const part of await store.storage.read('range', { start: 600_000, end: 600_009 })) {
      expect(part).toHaveLength(10);
    }
    expect(fetched.mock.calls.map(([, n]) => n)).toEqual([2]);
    fetched.mockRestore();
  });

  it('fails in the middle rather than give a file whose chunk is gone', async () => {
    await store.storage.write('damaged', Readable.from([randomBytes(mebibyte)], { objectMode: false }));
    const find = store.repository.findChunk.bind(store.repository);
    const holed = jest
      .spyOn(store.repository, 'findChunk')
      .mockImplementation((id, n) => (n === 2 ? Promise.resolve(null) : find(id, n)));
    const stream = await store.storage.read('damaged');
    await expect(stream.toArray()).rejects.toThrow('chunk 2 of damaged is missing or damaged');
    holed.mockRestore();
  });
});
