import { createHash } from 'node:crypto';
import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { DataDirInUseError } from './embedded-mongodb.error.js';

/** A holder that is too busy or stopped to say its process id holds the lock nonetheless. */
const PID_ANSWER_TIMEOUT_MS = 1_000;

/** The holder may go away between our failed try and our question; then we try again. */
const MAX_TRIES = 5;

/** From Darwin's <sys/fcntl.h>, where Node has no name for it: take an exclusive lock along with opening. */
const DARWIN_O_EXLOCK = 0x20;

/** Held until released or until the process ends, in whatever way. */
export interface DataDirLock {
  release(): Promise<void>;
}

/**
 * Makes this process the only server on a data folder.
 *
 * Both ways are locks of the kernel, which are taken in one step and fall when their holder dies, kill -9 included: there
 * is no stale lock, no process id to compare, and of two that start at once exactly one wins.
 * On Linux it is the name of a socket in the abstract namespace, on macOS the lock of a file.
 *
 * An abstract name is known within one network namespace only: two containers that share a volume do not see each other
 * here. They are kept apart by the engine's own lock on its files (see lock-holder.ts), only some seconds later. And a
 * name is open to every user of the machine: another user can refuse us a start by taking it, but nothing more.
 *
 * @param dataDir Absolute path of an existing folder, without symbolic links: the same folder must have the same path.
 * @throws DataDirInUseError when another process has it.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  return process.platform === 'linux' ? lockName(dataDir) : lockFile(dataDir);
}

async function lockName(dataDir: string): Promise<DataDirLock> {
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 32);
  const name = `\0confab-${hash}`;
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const server = await listen(name);
    if (server !== null) return { release: () => close(server) };
    const holder = await askHolder(name);
    if (holder !== 'gone') throw new DataDirInUseError(dataDir, holder);
  }
  throw new DataDirInUseError(dataDir, null);
}

/** The server that holds the name and answers everyone with this process's id; null when another has it. */
function listen(name: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      // Who asks may be gone before the answer; that is nothing to us.
      socket.on('error', () => undefined);
      socket.write(`${String(process.pid)}\n`);
      socket.destroySoon();
    });
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(name, () => {
      server.unref();
      resolve(server);
    });
  });
}

/** The holder's process id in its own process namespace, null when it does not answer, `gone` when there is none any more. */
function askHolder(name: string): Promise<number | null | 'gone'> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(name);
    socket.setEncoding('utf8').setTimeout(PID_ANSWER_TIMEOUT_MS, () => socket.destroy());
    socket.on('data', (text: string) => (answer += text));
    socket.on('error', () => {
      resolve('gone');
    });
    socket.on('close', () => {
      resolve(parsePid(answer));
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}

function lockFile(dataDir: string): DataDirLock {
  const path = join(dataDir, 'server.lock');
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | DARWIN_O_EXLOCK;
  try {
    const file = openSync(path, flags, 0o600);
    ftruncateSync(file);
    writeSync(file, `${String(process.pid)}\n`);
    return {
      release: () => {
        closeSync(file);
        return Promise.resolve();
      },
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    throw new DataDirInUseError(dataDir, parsePid(readFileSync(path, 'utf8')));
  }
}

function parsePid(text: string): number | null {
  return /^\d+\n$/.test(text) ? Number(text) : null;
}
