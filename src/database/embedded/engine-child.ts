import { fork, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataDirInUseError, EmbeddedMongodbError } from './embedded-mongodb.error.js';
import type { EngineOrder, EngineReport, EngineSettings } from './engine.messages.js';
import { findLockHolder } from './lock-holder.js';

/** Compiled beside this file when it is compiled itself; in the tests both are TypeScript. */
const PROGRAM = fileURLToPath(new URL(`./engine.process${extname(import.meta.url)}`, import.meta.url));

/** The child gives up a close that takes longer than 5 s by itself; this is for one that does not even run. */
const STOP_TIMEOUT_MS = 8_000;

/** How much of its last output is kept to explain a crash. */
const OUTPUT_MAX_CHARS = 2_000;

/** A child process that serves the database. */
export interface EngineChild {
  readonly pid: number;
  /** Settles when it has ended, with the reason in words. Never rejects. */
  readonly ended: Promise<string>;
  /** Lets it close the database and end; kills it after 8 s. */
  stop(): Promise<void>;
}

/** The engine ended before it served and without a word, as it does when it meets something on the disk that it does not understand. */
export class EngineCrashedError extends EmbeddedMongodbError {
  override readonly name = 'EngineCrashedError';
}

/**
 * Starts the engine in a child process and waits until it serves.
 *
 * The child keeps the calling process alive only while this waits, and later while `stop` waits.
 *
 * @param options.dataDir For error messages.
 * @param options.signal Stops the child when aborted while it starts.
 * @param options.onWaiting Called once when a predecessor has to be waited for.
 * @throws DataDirInUseError when another process has the database open longer than `settings.lockWaitMs`.
 * @throws EngineCrashedError when it ended without saying why.
 * @throws EmbeddedMongodbError when it could not open the database, or not within `timeoutMs`.
 */
export async function startEngineChild(
  settings: EngineSettings,
  options: { dataDir: string; timeoutMs: number; signal: AbortSignal; onWaiting: () => void },
): Promise<EngineChild> {
  // No flags of ours (--inspect with its port, the test runner's) are the child's.
  const child = fork(PROGRAM, [JSON.stringify(settings)], { execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const lastOutput = keepLastOutput(child);
  const ended = whenEnded(child, lastOutput);
  const stop = () => stopChild(child, ended);
  const first = await firstOutcome(child, ended, options);
  if (first.kind === 'serving' && child.pid !== undefined) {
    setReferenced(child, false);
    return { pid: child.pid, ended, stop };
  }
  await stop();
  if (first.kind === 'ended') {
    const holderPid = await findLockHolder(settings.databaseDir);
    // The engine ends without a word when only WiredTiger's lock is held, not its own: when mongod.lock was removed by hand.
    if (holderPid !== null) throw new DataDirInUseError(options.dataDir, holderPid);
    throw new EngineCrashedError(`The embedded MongoDB ${first.reason} while it opened ${settings.databaseDir}`);
  }
  if (first.kind === 'failed' && first.inUse) {
    throw new DataDirInUseError(options.dataDir, await findLockHolder(settings.databaseDir));
  }
  const reason = first.kind === 'failed' ? first.message : `it did not answer within ${String(options.timeoutMs)} ms`;
  throw new EmbeddedMongodbError(`The embedded MongoDB cannot open ${settings.databaseDir}: ${reason}`);
}

type Outcome = Exclude<EngineReport, { kind: 'waiting' }> | { kind: 'ended'; reason: string } | { kind: 'given up' };

function firstOutcome(
  child: ChildProcess,
  ended: Promise<string>,
  { timeoutMs, signal, onWaiting }: { timeoutMs: number; signal: AbortSignal; onWaiting: () => void },
): Promise<Outcome> {
  return new Promise((resolve) => {
    const settle = (outcome: Outcome): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      resolve(outcome);
    };
    const giveUp = (): void => {
      settle({ kind: 'given up' });
    };
    const timer = setTimeout(giveUp, timeoutMs);
    signal.addEventListener('abort', giveUp);
    if (signal.aborted) giveUp();
    child.on('message', (message) => {
      const report = message as EngineReport;
      if (report.kind === 'waiting') onWaiting();
      else settle(report);
    });
    void ended.then((reason) => {
      settle({ kind: 'ended', reason });
    });
  });
}

async function stopChild(child: ChildProcess, ended: Promise<string>): Promise<void> {
  setReferenced(child, true);
  const order: EngineOrder = 'stop';
  // The child may end before the order arrives, which is what is wanted.
  if (child.connected) child.send(order, () => undefined);
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}

function whenEnded(child: ChildProcess, lastOutput: () => string): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      resolve(`could not be started (${error.message})`);
    });
    // Not 'exit', which may come before the last output.
    child.once('close', (code, signal) => {
      const how = signal ?? `exit code ${String(code)}`;
      const output = lastOutput();
      resolve(output === '' ? `ended with ${how}` : `ended with ${how}, saying: ${output}`);
    });
  });
}

/** The engine is silent unless something is wrong; what it prints must be read in any case, or it would block once the pipe is full. */
function keepLastOutput(child: ChildProcess): () => string {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-OUTPUT_MAX_CHARS);
    });
  }
  return () => output.trim().replaceAll(/\s*\n\s*/g, ' | ');
}

/** Whether the child, its channel and its pipes keep this process from ending by itself. */
function setReferenced(child: ChildProcess, referenced: boolean): void {
  const action = referenced ? 'ref' : 'unref';
  child[action]();
  child.channel?.[action]();
  for (const stream of [child.stdout, child.stderr]) {
    // The pipes of a child are sockets; their type says only "readable".
    if (stream instanceof Socket) stream[action]();
  }
}
