/**
 * The program of `npm run db`: serves the embedded database of a data folder to several processes, such as several
 * nodes of Confab on one machine, which are given its address as MONGODB_URI.
 */
import { parseArgs } from 'node:util';
import { startEmbeddedMongodb, type EmbeddedMongodb } from './embedded-mongodb.js';

const USAGE = `Usage: npm run db -- [--data-dir <folder>] [--json]

Serves the embedded MongoDB of a data folder until it is stopped (SIGINT or SIGTERM), and prints
one line once it answers: MONGODB_URI=mongodb://…

  --data-dir <folder>  the folder; default: DATA_DIR, or ./data
  --json               print {"MONGODB_URI": "mongodb://…"} instead
  --help               print this
`;

/**
 * @param argv Arguments after the program's name.
 * @param env Where `DATA_DIR` is the default of `--data-dir`.
 * @throws Error whose message is one line for the operator: wrong arguments, or the database cannot be served.
 */
async function main(argv: string[], env: { DATA_DIR?: string }): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: { 'data-dir': { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help === true) {
    process.stdout.write(USAGE);
    return;
  }
  const stopAsked = whenStopAsked();
  const mongodb = await startEmbeddedMongodb({
    dataDir: values['data-dir'] ?? defaultDataDir(env),
    log: (level, message) => {
      if (level !== 'info') process.stderr.write(`${message}\n`);
    },
  });
  printAddress(mongodb, values.json === true);
  await stopAsked;
  await mongodb.stop();
}

/** An empty variable counts as unset, as in src/config. */
function defaultDataDir(env: { DATA_DIR?: string }): string {
  return env.DATA_DIR === undefined || env.DATA_DIR === '' ? './data' : env.DATA_DIR;
}

/** Keeps the process running until then. A second signal changes nothing: stopping takes 8 s at most, and npm passes on a Ctrl-C that has arrived already. */
function whenStopAsked(): Promise<void> {
  return new Promise((resolve) => {
    const keepAlive = setInterval(() => undefined, 2 ** 31 - 1);
    const stop = (): void => {
      clearInterval(keepAlive);
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}

function printAddress({ uri }: EmbeddedMongodb, asJson: boolean): void {
  process.stdout.write(asJson ? `${JSON.stringify({ MONGODB_URI: uri })}\n` : `MONGODB_URI=${uri}\n`);
}

// This is a program of its own that does not load src/config, so the environment is handed in here, once.
main(process.argv.slice(2), process.env).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
