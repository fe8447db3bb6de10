import { lstat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isEmbeddedUri, mongodbUri, stableSocketPath } from './socket-address.js';

const LONG_DIR = `/srv/${'long/'.repeat(30)}data`;

describe('stableSocketPath', () => {
  it('is in the data folder where there is room for it', async () => {
    expect(await stableSocketPath('/srv/confab/data')).toBe('/srv/confab/data/mongodb.sock');
  });

  it('is short and always the same for a folder with a long path', async () => {
    const path = await stableSocketPath(LONG_DIR);

    expect(path.startsWith(tmpdir())).toBe(true);
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(100);
    expect(await stableSocketPath(LONG_DIR)).toBe(path);
    expect(await stableSocketPath(`${LONG_DIR}2`)).not.toBe(path);
  });

  it('is then in a folder of this user alone', async () => {
    const folder = await lstat(dirname(await stableSocketPath(LONG_DIR)));

    expect(folder.mode & 0o777).toBe(0o700);
  });
});

describe('mongodbUri', () => {
  it('holds the path in one encoded piece and keeps the driver with this one address', () => {
    expect(mongodbUri('/a b/mongodb.sock')).toBe('mongodb://%2Fa%20b%2Fmongodb.sock/?directConnection=true');
  });
});

describe('isEmbeddedUri', () => {
  it('knows our own addresses from those of other databases', async () => {
    expect(isEmbeddedUri(mongodbUri(await stableSocketPath('/srv/confab/data')))).toBe(true);
    expect(isEmbeddedUri(mongodbUri(await stableSocketPath(LONG_DIR)))).toBe(true);
    expect(isEmbeddedUri('mongodb://db1,db2,db3/?replicaSet=rs0')).toBe(false);
    expect(isEmbeddedUri('mongodb://%2Ftmp%2Fmongodb-27017.sock/?replicaSet=rs0')).toBe(false);
    expect(isEmbeddedUri('mongodb://127.0.0.1:27017/?directConnection=true')).toBe(false);
  });
});
