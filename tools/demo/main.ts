import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

import { Progress } from '../support/progress.js';
import { ServerProcess } from '../support/server-process.js';
import { UsageError } from '../support/usage-error.js';
import { readArguments, usage, type Arguments } from './arguments.js';
import { Chaos } from './chaos.js';
import { compare } from './compare.js';
import { readHistory } from './history.js';
import { parseLog, type IrcLog } from '../support/irc-log.js';
import { checkPicture } from './picture.js';
import { play } from './play.js';
import { gather, type Cast } from './players.js';
import { checkSearches } from './searches.js';
import { checkThreads } from './threads.js';
import { checkUnread } from './unread.js';
import { printedReport, reportOf, type Report } from './report.js';

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  if (args === null) {
    process.stdout.write(usage);
    return;
  }
  const log = await readLog(args);
  const report = await onServer(args, (url, server) => run(args, log, url, server));
  process.stdout.write(args.isJson ? `${JSON.stringify(report, null, 2)}\n` : printedReport(report));
  if (!report.isPerfect) process.exitCode = 1;
}

async function readLog({ log, replies, limit }: Arguments): Promise<IrcLog> {
  const annotation = replies ?? log.replace(/\.raw\.txt$/, '.replies.txt');
  const parsed = parseLog(
    await read(log),
    annotation === log ? '' : await read(annotation, replies === undefined ? '' : undefined),
    limit,
  );
  if (parsed.chat.length === 0) throw new UsageError(`${log} has no line to play`);
  return parsed;
}

/** @param otherwise what to take when there is no such file */
async function read(path: string, otherwise?: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && otherwise !== undefined) return otherwise;
    throw new UsageError(`${path} cannot be read (${code ?? String(error)})`);
  }
}

/** Does something on the server that was named, or on one that lives only for it. */
async function onServer(
  { url }: Arguments,
  work: (url: string, server: ServerProcess | undefined) => Promise<Report>,
): Promise<Report> {
  if (url !== undefined) {
    await assertAnswers(url);
    return work(url, undefined);
  }
  const starting = ServerProcess.start();
  // From the first moment: a server that is left behind would run for ever.
  const stopOnSignal = (signal: NodeJS.Signals) => {
    void starting.then(({ server }) => server.stop()).finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  };
  process.once('SIGINT', stopOnSignal).once('SIGTERM', stopOnSignal);
  const { server, url: ownUrl } = await starting;
  try {
    return await work(ownUrl, server);
  } catch (error) {
    if (server.lastOutput !== '') process.stderr.write(`The server said:\n${server.lastOutput}\n`);
    throw error;
  } finally {
    await server.stop();
    process.off('SIGINT', stopOnSignal).off('SIGTERM', stopOnSignal);
  }
}

/** Once, at the beginning: a server that goes away later is waited for, one that was never there is a mistake. */
async function assertAnswers(url: string): Promise<void> {
  try {
    await fetch(`${url}/health/live`);
  } catch (error) {
    throw new Error(`nobody answers at ${url}. Start the server there, or leave out --url`, { cause: error });
  }
}

async function run(args: Arguments, log: IrcLog, url: string, server: ServerProcess | undefined): Promise<Report> {
  const file = basename(args.log);
  const progress = new Progress(process.stderr);
  const onStep = () => {
    progress.step();
  };
  let cast: Cast | undefined;
  try {
    const nicks = [...log.speakers, ...log.onlyActors];
    progress.start('accounts', nicks.length);
    cast = await gather(url, nicks, { title: file.replace(/(\.raw)?\.txt$/, '').slice(0, 60), onStep });
    progress.stop();
    const chaos = args.chaos > 0 && server !== undefined ? new Chaos(server, args.chaos, log.chat.length) : undefined;
    progress.start('lines   ', log.chat.length);
    const performance = await play(log.chat, cast, {
      speed: args.speed,
      arm: chaos && ((place) => chaos.arm(place)),
      onLine: onStep,
    });
    progress.stop();
    if ((chaos?.kills ?? 0) < args.chaos) throw new Error('the database was killed less often than was asked for');

    const { listener } = cast;
    await listener.settle(performance.sent.at(-1)?.acknowledged.seq ?? 0);
    const stored = await readHistory(cast.account, cast.groupId);
    const threads = await checkThreads(cast.account, stored);
    const unread = await checkUnread(cast.account, cast.groupId, stored);
    const searches = await checkSearches(cast.account, cast.groupId, stored);
    const { messages: received, fromHistory } = listener;
    const live = received.length - fromHistory;
    const differences = compare(performance.sent, { stored, received });
    // Last: it is one message more than the log has.
    const picture = await checkPicture(url, cast);
    const connections = [listener.connection, ...cast.players.values()];
    return reportOf({
      file,
      log,
      performance,
      threads,
      unread,
      searches,
      picture,
      differences: [
        ...differences,
        ...threads.differences,
        ...unread.differences,
        ...searches.differences,
        ...picture.differences,
      ],
      stored: stored.length,
      received: { live, fromHistory },
      interruptions: {
        databaseKills: chaos?.kills ?? 0,
        lostConnections: connections.reduce((sum, { interruptions }) => sum + interruptions, 0),
      },
    });
  } finally {
    progress.stop();
    cast?.close();
  }
}

main().catch((error: unknown) => {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\nTry: npm run demo -- --help\n`);
    process.exitCode = 2;
    return;
  }
  process.stderr.write(`The demo failed: ${describe(error)}\n`);
  process.exitCode = 1;
});

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`;
}
