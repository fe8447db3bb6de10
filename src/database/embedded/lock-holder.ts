import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The engine locks both while it has the database open: the first as mongod does (flock), the second as WiredTiger does (fcntl). */
const LOCK_FILES = ['mongod.lock', 'WiredTiger.lock'];

/** A line of /proc/locks (proc_locks(5)), such as `3: POSIX  ADVISORY  WRITE 4565 fe:00:2195935 0 EOF`. */
const LOCK_LINE = /^\d+: (?:FLOCK|POSIX) +\S+ +WRITE (\d+) (\w+):(\w+):(\d+) /gm;

/**
 * The process that has the database files of a folder open in an engine, as the kernel says (Linux).
 *
 * It is asked only after an engine failed to open them, to name the culprit. What mongod.lock contains would not do: it
 * outlives the process, and is a number of another process namespace when the holder runs in another container.
 *
 * @returns Its process id; null when there is none, or none that can be seen from here.
 */
export async function findLockHolder(databaseDir: string): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  const locks = [...(await readFile('/proc/locks', 'utf8')).matchAll(LOCK_LINE)];
  for (const name of LOCK_FILES) {
    const file = await statIfThere(join(databaseDir, name));
    const lock = locks.find(
      ([, , major = '', minor = '', inode = '']) =>
        file !== null &&
        BigInt(inode) === file.ino &&
        deviceNumber(parseInt(major, 16), parseInt(minor, 16)) === file.dev,
    );
    if (lock !== undefined) return Number(lock[1]);
  }
  return null;
}

/** As glibc's makedev(3) puts it together. */
function deviceNumber(major: number, minor: number): bigint {
  return BigInt((minor & 0xff) | ((major & 0xfff) << 8)) | (BigInt(minor & ~0xff) << 12n);
}

async function statIfThere(path: string): Promise<{ ino: bigint; dev: bigint } | null> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
