import { setTimeout } from 'node:timers/promises';

/** What the MongoDB driver and Mongoose throw when they have no server or lose the connection to it, by name. */
const outages: ReadonlySet<string> = new Set([
  'MongoClientClosedError',
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoNotConnectedError',
  'MongoPoolClearedError',
  'MongoServerSelectionError',
  'MongoTopologyClosedError',
  'MongoWaitQueueTimeoutError',
  'MongooseServerSelectionError',
]);

/**
 * What a member of a replica set answers while it steps down or shuts down: the operation may be tried again elsewhere.
 * (ShutdownInProgress, PrimarySteppedDown, NotWritablePrimary, InterruptedAtShutdown, InterruptedDueToReplStateChange;
 * MongoDB's error_codes.yml.)
 */
const changesOfPrimary: ReadonlySet<unknown> = new Set([91, 189, 10_107, 11_600, 11_602]);

/** Whether an error says that the database is away for now, and nothing about what was asked of it. */
export function isDatabaseOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (outages.has(error.name) || isBrokenConnection(error)) return true;
  return 'code' in error && isChangeOfPrimary(error.code);
}

/** What the system says when a connection breaks: the driver passes some of these on as they are. */
const brokenConnections: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE']);

function isBrokenConnection(error: Error): boolean {
  if ('syscall' in error && ['connect', 'read', 'write'].includes(String(error.syscall))) {
    return 'code' in error && brokenConnections.has(error.code);
  }
  if (error.message === 'write EPIPE') return true;
  // A bulk write whose connection broke has no write errors, and says so in its text only.
  return error.name === 'MongoBulkWriteError' && /^connection .* closed$/.test(error.message);
}

export function isChangeOfPrimary(code: unknown): boolean {
  return changesOfPrimary.has(code);
}

const pauseMs = 100;
const maxWaitMs = 10_000;

/**
 * Makes a write whose answer may be lost with the connection. It may have been made all the same, and what follows from
 * it must not be left undone: so the database is asked, as soon as it answers again.
 *
 * @param wasMade whether the write is in the database
 * @returns what `write` returned, or true when it was made and its answer lost
 * @throws what `write` threw, when it was not made or the database does not come back within 10 s
 */
export async function withKnownOutcome(
  write: () => Promise<boolean>,
  wasMade: () => Promise<boolean>,
): Promise<boolean> {
  return withKnownResult(write, async () => ((await wasMade()) ? true : null));
}

/**
 * The same for a write that returns what it made.
 *
 * @param findMade what the write has left in the database, `null` when it was not made
 * @returns what `write` or `findMade` returned
 */
export async function withKnownResult<Result>(
  write: () => Promise<Result>,
  findMade: () => Promise<Result | null>,
): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    const made = isDatabaseOutage(error) ? await askUntilAnswered(findMade) : null;
    if (made !== null) return made;
    throw error;
  }
}

async function askUntilAnswered<Result>(ask: () => Promise<Result | null>): Promise<Result | null> {
  const tries = maxWaitMs / pauseMs;
  for (let count = 0; count < tries; count += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!isDatabaseOutage(error)) throw error;
      await setTimeout(pauseMs);
    }
  }
  return null;
}
