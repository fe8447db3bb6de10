import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { aTemporaryFolder } from './embedded-mongodb.fixture.js';
import { startEngineChild, type EngineChild } from './engine-child.js';
import { currentPlatform, requireEnginePackage } from './engine-package.js';
import { adaptEngineToGlibc } from './glibc-compat.js';

function ignored(): void {
  return undefined;
}

/** Starts without the lock of the data folder, as a server in another container that shares the volume would. */
async function aChild(
  dataDir: string,
  { lockWaitMs = 100, onWaiting = ignored }: { lockWaitMs?: number; onWaiting?: () => void } = {},
): Promise<EngineChild & AsyncDisposable> {
  const platform = currentPlatform();
  const modulePath = await adaptEngineToGlibc(
    requireEnginePackage(platform),
    join(dataDir, '.engine'),
    platform.glibcVersion,
  );
  const child = await startEngineChild(
    { databaseDir: join(dataDir, 'mongodb'), socketPath: join(dataDir, 'mongodb.sock'), modulePath, lockWaitMs },
    { dataDir, timeoutMs: 20_000, signal: new AbortController().signal, onWaiting },
  );
  return { ...child, [Symbol.asyncDispose]: () => child.stop() };
}

describe('startEngineChild', () => {
  it('refuses a database that another engine has open, and names its process', async () => {
    await using folder = await aTemporaryFolder();
    await using first = await aChild(folder.path);

    await expect(aChild(folder.path)).rejects.toThrow(
      `${folder.path} is in use by process ${String(first.pid)}; stop it, or set DATA_DIR to another folder`,
    );
  });

  it("says the same when only WiredTiger's own lock tells", async () => {
    await using folder = await aTemporaryFolder();
    await using first = await aChild(folder.path);
    await rm(join(folder.path, 'mongodb', 'mongod.lock'));

    await expect(aChild(folder.path)).rejects.toThrow(`${folder.path} is in use by process ${String(first.pid)}`);
  });

  it('waits for a predecessor that is about to close the database', async () => {
    await using folder = await aTemporaryFolder();
    const first = await aChild(folder.path);

    await using second = await aChild(folder.path, { lockWaitMs: 10_000, onWaiting: () => void first.stop() });

    expect(second.pid).not.toBe(first.pid);
    expect(await first.ended).toBe('ended with exit code 0');
  });

  it('is not ended by a Ctrl-C, which is for the server to answer', async () => {
    await using folder = await aTemporaryFolder();
    const child = await aChild(folder.path);

    process.kill(child.pid, 'SIGINT');
    process.kill(child.pid, 'SIGTERM');

    expect(await child.ended).toBe('ended with exit code 0');
  });
});
