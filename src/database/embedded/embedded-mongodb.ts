import { realpath } from 'node:fs/promises';
import { join } from 'node:path';

import { makeFolder } from '../../config/make-folder.js';
import { lockDataDir, type DataDirLock } from './data-dir-lock.js';
import { EngineCrashedError, startEngineChild, type EngineChild } from './engine-child.js';
import type { EngineSettings } from './engine.messages.js';
import { currentPlatform, requireEnginePackage } from './engine-package.js';
import { adaptEngineToGlibc } from './glibc-compat.js';
import { mongodbUri, stableSocketPath } from './socket-address.js';

/** Opening takes some 50 ms; after a crash it replays the journal first. */
const START_TIMEOUT_MS = 30_000;

/** An engine whose server was killed closes the database by itself, within 5 s. */
const LOCK_WAIT_MS = 12_000;

const RESTART_DELAY_MIN_MS = 250;
const RESTART_DELAY_MAX_MS = 5_000;

/** An engine that served this long and then died is started at once again, however often that happened before. */
const STEADY_AFTER_MS = 30_000;

/** Where the supervisor tells what happens. `details` are plain values for a structured log. */
export type EmbeddedMongodbLog = (level: 'info' | 'warn' | 'error', message: string, details?: object) => void;

/** A running embedded MongoDB, kept running. */
export interface EmbeddedMongodb {
  /** Connection string for drivers in any process of this user; the same after every restart. */
  readonly uri: string;
  /** Process id of the engine; undefined while it is being restarted. */
  readonly pid: number | undefined;
  /** How often the engine died and served again. */
  readonly restarts: number;
  /** Closes the database, ends the engine (by force after 8 s) and lets the folder go. May be called more than once. */
  stop(): Promise<void>;
}

/**
 * Serves the embedded MongoDB of a data folder, from a child process that is started again whenever it dies.
 *
 * Acknowledged writes of `{ w: 1, j: true }` survive its death (not those of `majority`: it answers them too early); drivers reconnect to the same address.
 * It does not keep this process alive, and ends with it in whatever way this process ends.
 *
 * @param options.dataDir Folder of everything that Confab stores; made (for this user only) when missing. In it the
 *   database is `mongodb/`, its address `mongodb.sock`, and the engine adapted to an older glibc `.engine/`.
 * @returns Once the database answers: 0.2 s, the first time 0.5 s.
 * @throws DataDirInUseError when another process serves the folder.
 * @throws EngineUnavailableError on a machine that the engine is not made for.
 * @throws EmbeddedMongodbError when the database does not open within 30 s.
 */
export async function startEmbeddedMongodb(options: {
  dataDir: string;
  log: EmbeddedMongodbLog;
}): Promise<EmbeddedMongodb> {
  const platform = currentPlatform();
  const enginePackage = requireEnginePackage(platform);
  makeFolder(options.dataDir);
  const dataDir = await realpath(options.dataDir);
  const lock = await lockDataDir(dataDir);
  try {
    const settings: EngineSettings = {
      databaseDir: join(dataDir, 'mongodb'),
      socketPath: await stableSocketPath(dataDir),
      modulePath: await adaptEngineToGlibc(enginePackage, join(dataDir, '.engine'), platform.glibcVersion),
      lockWaitMs: LOCK_WAIT_MS,
    };
    const supervisor = new EngineSupervisor(dataDir, settings, lock, options.log);
    await supervisor.start();
    return supervisor;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

class EngineSupervisor implements EmbeddedMongodb {
  readonly #dataDir: string;
  readonly #settings: EngineSettings;
  readonly #lock: DataDirLock;
  readonly #log: EmbeddedMongodbLog;
  readonly #stopping = new AbortController();
  #child: EngineChild | undefined;
  /** Settles when the engine has been started again, or is not to be any more. */
  #restarting: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | undefined;
  #deathsInARow = 0;
  #starts = 0;

  readonly uri: string;

  constructor(dataDir: string, settings: EngineSettings, lock: DataDirLock, log: EmbeddedMongodbLog) {
    this.#dataDir = dataDir;
    this.#settings = settings;
    this.#lock = lock;
    this.#log = log;
    this.uri = mongodbUri(settings.socketPath);
  }

  get restarts(): number {
    return Math.max(0, this.#starts - 1);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** The first start, whose failure is the caller's. */
  async start(): Promise<void> {
    try {
      await this.#startChild();
    } catch (error) {
      // A predecessor that is being killed loses its two locks one after the other; an engine that opens in between
      // ends without a word. A moment later it opens.
      if (!(error instanceof EngineCrashedError)) throw error;
      this.#log('warn', error.message);
      await this.#startChild();
    }
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#stopping.abort();
    await this.#restarting;
    await this.#child?.stop();
    await this.#lock.release();
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #startChild(): Promise<void> {
    const startedAtMs = performance.now();
    const child = await startEngineChild(this.#settings, {
      dataDir: this.#dataDir,
      timeoutMs: START_TIMEOUT_MS,
      signal: this.#stopping.signal,
      onWaiting: () => {
        this.#log('info', 'waiting for the previous engine to close the database', { dataDir: this.#dataDir });
      },
    });
    const servingSinceMs = performance.now();
    this.#child = child;
    this.#starts++;
    this.#log('info', 'embedded MongoDB is serving', {
      pid: child.pid,
      uri: this.uri,
      durationMs: Math.round(servingSinceMs - startedAtMs),
    });
    void child.ended.then((reason) => {
      this.#child = undefined;
      if (this.#isStopping()) return;
      if (performance.now() - servingSinceMs > STEADY_AFTER_MS) this.#deathsInARow = 0;
      this.#log('error', `embedded MongoDB ${reason}; starting it again`, { pid: child.pid });
      this.#restarting = this.#restart();
    });
  }

  /** Tries until it serves or is not wanted any more. */
  async #restart(): Promise<void> {
    await this.#backOff();
    while (!this.#isStopping()) {
      try {
        await this.#startChild();
        return;
      } catch (error) {
        // There is no caller to tell, and a server that gave up its database would only look alive.
        const reason = error instanceof Error ? error.message : String(error);
        if (!this.#isStopping()) this.#log('error', `${reason}; trying again`);
      }
      await this.#backOff();
    }
  }

  /** Not at all after the first death, then 250 ms, 500 ms, … up to 5 s. Ends early when the engine is to stop. */
  async #backOff(): Promise<void> {
    const delayMs =
      this.#deathsInARow === 0
        ? 0
        : Math.min(RESTART_DELAY_MIN_MS * 2 ** (this.#deathsInARow - 1), RESTART_DELAY_MAX_MS);
    this.#deathsInARow++;
    await new Promise<void>((resolve) => {
      const proceed = (): void => {
        clearTimeout(timer);
        this.#stopping.signal.removeEventListener('abort', proceed);
        resolve();
      };
      const timer = setTimeout(proceed, delayMs).unref();
      this.#stopping.signal.addEventListener('abort', proceed);
    });
  }
}
