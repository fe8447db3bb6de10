import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { lockDataDir } from './data-dir-lock.js';
import { aTemporaryFolder } from './embedded-mongodb.fixture.js';
import { TYPESCRIPT_FLAGS } from './typescript-program.fixture.js';

const LOCK_MODULE = fileURLToPath(new URL('./data-dir-lock.ts', import.meta.url));

/** Another process that takes the lock, says so, and stays. */
function aHolder(dataDir: string) {
  const program = `const { lockDataDir } = await import(${JSON.stringify(LOCK_MODULE)});
    await lockDataDir(${JSON.stringify(dataDir)}); console.log('held'); setInterval(() => {}, 60_000);`;
  return spawn(process.execPath, [...TYPESCRIPT_FLAGS, '--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

describe('lockDataDir', () => {
  it('refuses a folder that another process has, by its name and process id', async () => {
    await using folder = await aTemporaryFolder();
    const holder = aHolder(folder.path);
    await once(holder.stdout, 'data');

    await expect(lockDataDir(folder.path)).rejects.toThrow(
      `${folder.path} is in use by process ${String(holder.pid)}; stop it, or set DATA_DIR to another folder`,
    );

    holder.kill('SIGKILL');
    await once(holder, 'exit');
  });

  it('is free again as soon as its holder was killed', async () => {
    await using folder = await aTemporaryFolder();
    const holder = aHolder(folder.path);
    await once(holder.stdout, 'data');
    holder.kill('SIGKILL');
    await once(holder, 'exit');

    const lock = await lockDataDir(folder.path);

    await lock.release();
  });

  it('names no process when the holder does not answer', async () => {
    await using folder = await aTemporaryFolder();
    const holder = aHolder(folder.path);
    await once(holder.stdout, 'data');
    holder.kill('SIGSTOP');

    await expect(lockDataDir(folder.path)).rejects.toThrow(`${folder.path} is in use by another process`);

    holder.kill('SIGKILL');
    await once(holder, 'exit');
  });

  it('is won by exactly one of many that start at once', async () => {
    await using folder = await aTemporaryFolder();

    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => lockDataDir(folder.path)));

    const won = tries.filter((result) => result.status === 'fulfilled');
    expect(won).toHaveLength(1);
    await Promise.all(won.map(({ value }) => value.release()));
  });

  it('can be taken again after it was released', async () => {
    await using folder = await aTemporaryFolder();

    await (await lockDataDir(folder.path)).release();

    await (await lockDataDir(folder.path)).release();
  });
});
