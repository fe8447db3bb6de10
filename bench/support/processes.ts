import { fork, spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

const startTimeoutMs = 60_000;
const stopTimeoutMs = 10_000;
/** Of what a program prints while it is measured; one that complains about each message would bury the rest. */
const maxToldCharacters = 2_000;

/** CPUs, as `taskset -c` takes them; `null`: all of them. */
export type Cpus = string | null;

export interface ProgramOptions {
  args?: readonly string[];
  /** Besides ours. */
  environment?: Readonly<Record<string, string>>;
  nodeFlags?: readonly string[];
  cpus?: Cpus;
  /** How long it may take until it prints what is waited for. */
  readyTimeoutMs?: number;
}

/** Processes that the benchmarks start, each stopped by its own id, whatever happens. */
export class Processes {
  private readonly running = new Set<ChildProcess>();

  /** @param folder of this run, for files of the programs */
  constructor(private readonly folder: string) {}

  /** Starts a program of dist/ and waits until it prints what matches. @returns it, and all that it printed until then */
  async spawnUntil(
    path: string,
    ready: RegExp,
    options: ProgramOptions,
  ): Promise<{ pid: number; child: ChildProcess; printed: string }> {
    const child = spawn(...command(path, options), {
      stdio: ['ignore', 'pipe', 'pipe'],
      // A folder without a .env file, which our server would read.
      cwd: this.folder,
      env: { ...process.env, ...options.environment },
    });
    this.keep(child);
    const printed = await inTime(printedUntil(child, ready), `${path} was not ready in time`, options.readyTimeoutMs);
    return { child, pid: child.pid ?? 0, printed };
  }

  /** Starts a program of dist/ that speaks with us over IPC. */
  forkProgram(path: string, options: ProgramOptions = {}): ChildProcess {
    const { cpus = null, nodeFlags = [], args = [] } = options;
    const flags = ['--enable-source-maps', ...nodeFlags];
    const child = fork(path, [...args], {
      execArgv: flags,
      ...(cpus !== null && { execPath: 'taskset', execArgv: ['-c', cpus, process.execPath, ...flags] }),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, ...options.environment },
    });
    this.keep(child);
    return child;
  }

  /** Ends one that was started here, by its id; one that does not end is killed. */
  async stop(pid: number): Promise<void> {
    const child = [...this.running].find((one) => one.pid === pid);
    if (child === undefined) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    await gone;
    clearTimeout(timer);
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.running].map(({ pid = 0 }) => this.stop(pid)));
  }

  private keep(child: ChildProcess): void {
    this.running.add(child);
    child.once('exit', () => this.running.delete(child));
  }
}

/** The first message of a program that was forked. @throws when it ends before */
export function firstMessage(child: ChildProcess): Promise<unknown> {
  const message = new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the program ended with ${String(code)}`)));
  });
  return inTime(message, 'the program was not ready in time');
}

function command(path: string, { args = [], nodeFlags = [], cpus = null }: ProgramOptions): [string, string[]] {
  const node = [process.execPath, '--enable-source-maps', ...nodeFlags, path, ...args];
  const [file = '', ...rest] = [...onCpus(cpus), ...node];
  return [file, rest];
}

/** What stands before a command that is to run on some CPUs only. */
export function onCpus(cpus: Cpus): string[] {
  return cpus === null ? [] : ['taskset', '-c', cpus];
}

const ofInspector = /^(Debugger |For help, see|Waiting for the debugger)/;

function printedUntil(child: ChildProcessByStdio<null, Readable, Readable>, ready: RegExp): Promise<string> {
  let printed = '';
  let isReady = false;
  let leftToTell = maxToldCharacters;
  const tell = (text: string) => {
    if (leftToTell > 0)
      process.stderr.write(leftToTell > text.length ? text : `${text.slice(0, leftToTell)} … and more\n`);
    leftToTell -= text.length;
  };
  return new Promise((resolve, reject) => {
    const take = (text: string) => {
      // What a server says later is a warning or an error, and says why a figure is odd.
      if (!isReady) printed += text;
      else if (!ofInspector.test(text)) tell(text);
      isReady ||= ready.test(printed);
      if (isReady) resolve(printed);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`it ended with ${String(code)}: ${printed}`)));
  });
}

async function inTime<Result>(
  promise: Promise<Result>,
  complaint: string,
  timeoutMs = startTimeoutMs,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(complaint)), timeoutMs);
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
