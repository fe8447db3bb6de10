import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

export interface Options {
  /** Names of the benchmarks to run; empty: all. */
  names: string[];
  rounds: number;
  warmUpMs: number;
  measureMs: number;
  /** Where the results go as JSON. */
  json: string | null;
  /** Folder for CPU profiles of our server. */
  profile: string | null;
  /** Idle connections of `idle`. */
  connections: number;
  isPinned: boolean;
  /**
   * Whether the baseline's writes wait for the journal of the embedded engine. Without, it writes with "majority", as one
   * would by hand, which that engine answers earlier: a faster baseline, which would lose what it acknowledged in a crash.
   */
  isBaselineDurable: boolean;
}

export const usage = (benchmarks: readonly { name: string; about: string }[]): string =>
  `Usage: npm run bench -- [name …] [options]

Measures the server beside what one would write by hand, each as a process of its own on one database, with the load
from further processes, over the loopback interface. Ratios within a run say something; figures of two runs do not.

${benchmarks.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`).join('\n')}

Options:
  --rounds <n>       rounds of each side, in turn; the median counts (default 3)
  --seconds <n>      measured time of a round (default 3), after a third of it, 1 s at least, as warm-up
  --connections <n>  idle connections of "idle" (default 2000)
  --pin              server and database on the first CPU, load on the others (Linux, needs taskset)
  --durable-baseline the baseline's writes wait for the journal too, as ours do; else it writes with "majority", which the
                     embedded engine acknowledges before its journal has the write, and so is faster and less safe
  --json <file>      write the results as JSON too
  --profile <folder> take CPU profiles of our server while it is measured (which slows it down)
  --help             print this
`;

/** @returns `null` when help is asked for. @throws TypeError with a line for whoever typed it */
export function readOptions(argv: string[], known: readonly string[]): Options | null {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '3' },
      connections: { type: 'string', default: '2000' },
      pin: { type: 'boolean', default: false },
      'durable-baseline': { type: 'boolean', default: false },
      json: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new TypeError(`there is no benchmark "${unknown}": ${known.join(', ')}`);
  if (values.pin && (process.platform !== 'linux' || availableParallelism() < 2)) {
    throw new TypeError('--pin needs Linux and two CPUs');
  }
  const measureMs = positive('--seconds', values.seconds) * 1000;
  return {
    names: positionals,
    rounds: Math.ceil(positive('--rounds', values.rounds)),
    warmUpMs: Math.max(1000, measureMs / 3),
    measureMs,
    json: values.json ?? null,
    profile: values.profile ?? null,
    connections: Math.ceil(positive('--connections', values.connections)),
    isPinned: values.pin,
    isBaselineDurable: values['durable-baseline'],
  };
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!(number > 0 && number <= 100_000)) throw new TypeError(`${name} must be a number above 0`);
  return number;
}
