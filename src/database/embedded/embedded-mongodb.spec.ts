import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readlink, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mongoose, { type Connection } from 'mongoose';
import { wakeWritersOfClosedSockets } from '../closed-sockets.js';
import { startEmbeddedMongodb, type EmbeddedMongodb } from './embedded-mongodb.js';
import { aTemporaryFolder, RecordedLog } from './embedded-mongodb.fixture.js';
import { TYPESCRIPT_FLAGS } from './typescript-program.fixture.js';

const DURABLE = { writeConcern: { w: 1, j: true } } as const;
const SERVING = /is serving/;

type Running = EmbeddedMongodb & AsyncDisposable & { log: RecordedLog };

async function aRunningMongodb(dataDir: string): Promise<Running> {
  const log = new RecordedLog();
  const mongodb = await startEmbeddedMongodb({ dataDir, log: log.write });
  return Object.assign(mongodb, { log, [Symbol.asyncDispose]: () => mongodb.stop() });
}

async function aConnection(uri: string): Promise<Connection & AsyncDisposable> {
  const connection = await mongoose.createConnection(uri, { serverSelectionTimeoutMS: 5_000 }).asPromise();
  return Object.assign(connection, { [Symbol.asyncDispose]: () => connection.close() });
}

function itemsOf(connection: Connection) {
  return connection.getClient().db('spec').collection<{ _id: string }>('items');
}

/** Inserts one after the other until it fails; returns the ids that were acknowledged. */
async function writeUntilFailure(connection: Connection, writer: number, acknowledged: string[]): Promise<void> {
  for (let n = 0; ; n++) {
    const _id = `${String(writer)}-${String(n)}`;
    const isWritten = await itemsOf(connection)
      .insertOne({ _id }, DURABLE)
      .then(
        () => true,
        () => false,
      );
    if (!isWritten) return;
    acknowledged.push(_id);
  }
}

function killEngine(mongodb: EmbeddedMongodb): void {
  if (mongodb.pid === undefined) throw new Error('the engine is not running');
  process.kill(mongodb.pid, 'SIGKILL');
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('startEmbeddedMongodb', () => {
  // As in the server: else a writer of the driver may wait for ever for a connection that the kill has closed.
  let stopWaking: () => void;
  beforeAll(() => {
    stopWaking = wakeWritersOfClosedSockets();
  });
  afterAll(() => {
    stopWaking();
  });

  it('serves the folder at an address that drivers answer from', async () => {
    await using folder = await aTemporaryFolder();
    await using mongodb = await aRunningMongodb(folder.path);
    await using connection = await aConnection(mongodb.uri);

    expect(await connection.getClient().db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 });
    expect(mongodb.uri).toContain(encodeURIComponent(join(folder.path, 'mongodb.sock')));
  });

  it('answers a query that has several indexes to choose from and finds nothing among many', async () => {
    await using folder = await aTemporaryFolder();
    await using mongodb = await aRunningMongodb(folder.path);
    await using connection = await aConnection(mongodb.uri);
    const items = connection
      .getClient()
      .db('spec')
      .collection<{ _id: number; group: string; place: number; rank: number }>('many');
    await items.createIndexes([{ key: { group: 1, place: 1 } }, { key: { group: 1, rank: 1 } }]);
    const count = 12_000;
    await items.insertMany(Array.from({ length: count }, (_, n) => ({ _id: n, group: 'one', place: n, rank: n })));

    const found = await items.find({ group: 'one', place: { $gte: 0 }, colour: 'none' }).toArray();

    expect(found).toEqual([]);
  });

  it('makes the folder, for this user only, when it is missing', async () => {
    await using folder = await aTemporaryFolder();
    const dataDir = join(folder.path, 'deep', 'data');

    await using mongodb = await aRunningMongodb(dataDir);

    expect(mongodb.pid).toBeGreaterThan(0);
  });

  it('serves a folder whose path is longer than that of a socket may be', async () => {
    await using folder = await aTemporaryFolder();
    const dataDir = join(folder.path, 'long-'.repeat(30));
    await mkdir(dataDir);
    await using mongodb = await aRunningMongodb(dataDir);
    await using connection = await aConnection(mongodb.uri);

    expect(await connection.getClient().db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 });
  });

  it('loses no acknowledged insert when the engine is killed under writers, and serves again at the same address', async () => {
    await using folder = await aTemporaryFolder();
    await using mongodb = await aRunningMongodb(folder.path);
    await using connection = await aConnection(mongodb.uri);
    const acknowledged: string[] = [];
    const writers = Array.from({ length: 16 }, (_, writer) => writeUntilFailure(connection, writer, acknowledged));
    await using observer = await aConnection(mongodb.uri);
    while ((await itemsOf(observer).estimatedDocumentCount()) < 500);

    killEngine(mongodb);
    await Promise.all(writers);
    await mongodb.log.until(SERVING, 2);

    const found = new Set((await itemsOf(connection).find().toArray()).map(({ _id }) => _id));
    expect(acknowledged.length).toBeGreaterThan(400);
    expect(acknowledged.filter((id) => !found.has(id))).toEqual([]);
    expect(mongodb.restarts).toBe(1);
  });

  it('starts an engine again however often it dies, and removes the sockets of the dead', async () => {
    await using folder = await aTemporaryFolder();
    await using mongodb = await aRunningMongodb(folder.path);
    const firstSocketDir = dirname(await readlink(join(folder.path, 'mongodb.sock')));

    for (let deaths = 1; deaths <= 3; deaths++) {
      killEngine(mongodb);
      await mongodb.log.until(SERVING, deaths + 1);
    }

    expect(mongodb.restarts).toBe(3);
    expect(mongodb.log.messages).toContain('embedded MongoDB ended with SIGKILL; starting it again');
    expect(existsSync(firstSocketDir)).toBe(false);
  });

  it('refuses a folder that is being served', async () => {
    await using folder = await aTemporaryFolder();
    await using mongodb = await aRunningMongodb(folder.path);

    await expect(aRunningMongodb(folder.path)).rejects.toThrow(
      `${folder.path} is in use by process ${String(process.pid)}; stop it, or set DATA_DIR to another folder`,
    );
    expect(mongodb.restarts).toBe(0);
  });

  it('ends the engine, removes its address and lets the folder go when it is stopped', async () => {
    await using folder = await aTemporaryFolder();
    const mongodb = await aRunningMongodb(folder.path);
    const pid = mongodb.pid ?? 0;

    await Promise.all([mongodb.stop(), mongodb.stop()]);

    expect(isAlive(pid)).toBe(false);
    expect(existsSync(join(folder.path, 'mongodb.sock'))).toBe(false);
    await (await aRunningMongodb(folder.path)).stop();
  });

  it('can be stopped while the engine is being restarted', async () => {
    await using folder = await aTemporaryFolder();
    const mongodb = await aRunningMongodb(folder.path);

    killEngine(mongodb);
    await mongodb.log.until(/starting it again/, 1);
    await mongodb.stop();

    expect(mongodb.pid).toBeUndefined();
    await (await aRunningMongodb(folder.path)).stop();
  });

  it('neither keeps the server from ending by itself nor outlives it', async () => {
    await using folder = await aTemporaryFolder();
    const module = fileURLToPath(new URL('./embedded-mongodb.ts', import.meta.url));
    const program = `const { startEmbeddedMongodb } = await import(${JSON.stringify(module)});
      await startEmbeddedMongodb({ dataDir: ${JSON.stringify(folder.path)}, log: () => {} });`;
    const server = spawn(process.execPath, [...TYPESCRIPT_FLAGS, '--input-type=module', '--eval', program], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });

    expect(await once(server, 'exit')).toEqual([0, null]);

    await (await aRunningMongodb(folder.path)).stop();
  });

  it('says in one line that the database cannot be opened', async () => {
    await using folder = await aTemporaryFolder();
    await aRunningMongodb(folder.path).then((mongodb) => mongodb.stop());
    await rm(join(folder.path, 'mongodb', 'WiredTiger.wt'));

    await expect(aRunningMongodb(folder.path)).rejects.toThrow(
      /^The embedded MongoDB ended with .+ while it opened .+$/,
    );
  });
});
