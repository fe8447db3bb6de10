import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** This file runs compiled beside the server, or in a test as TypeScript above the compiled one. */
const program = fileURLToPath(
  new URL(extname(import.meta.url) === '.ts' ? '../../dist/src/main.js' : '../../src/main.js', import.meta.url),
);

const startTimeoutMs = 30_000;
/** Longer than SHUTDOWN_TIMEOUT_MS. */
const stopTimeoutMs = 15_000;
const outputMaxChars = 8_000;

/** Settings of a server that is there for one tool: a free port, cheap hashes, no limits in the way. */
const settings = {
  NODE_ENV: 'test',
  HOST: '127.0.0.1',
  PORT: '0',
  BCRYPT_ROUNDS: '4',
  RATE_LIMIT_ENABLED: 'false',
  DEFAULT_DATA: 'false',
  LOG_LEVEL: 'warn',
  // At this level JSON logs would leave out the line that says where the server is.
  LOG_FORMAT: 'pretty',
};

/** A server of our own in a process of its own, with a database that is removed with it. */
export class ServerProcess {
  private output = '';
  private hasEnded = false;
  private readonly ended: Promise<void>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly dataDir: string,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output = (this.output + text).slice(-outputMaxChars);
      });
    }
    this.ended = new Promise((resolve) => {
      const end = () => {
        this.hasEnded = true;
        resolve();
      };
      child.once('close', end);
      child.once('error', (error) => {
        this.output += error.message;
        end();
      });
    });
  }

  /** @throws Error with the server's last words when it does not get ready within 30 s */
  static async start(): Promise<{ server: ServerProcess; url: string }> {
    const dataDir = await mkdtemp(join(tmpdir(), 'confab-tool-'));
    // Neither the settings around us nor a .env file are the server's: they could name another database.
    const env = { PATH: process.env['PATH'], ...settings, DATA_DIR: dataDir };
    const child = spawn(process.execPath, ['--enable-source-maps', program], {
      cwd: dataDir,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const server = new ServerProcess(child, dataDir);
    try {
      return { server, url: await server.announcedUrl() };
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** What it printed last: warnings, and why it ended. */
  get lastOutput(): string {
    return this.output.trim();
  }

  /**
   * The process that runs its embedded database, waited for while it is being started again.
   *
   * @throws Error when there is none, or on a system without /proc
   */
  async databasePid(): Promise<number> {
    for (const deadline = performance.now() + startTimeoutMs; performance.now() < deadline;) {
      const pid = await findChild(this.child.pid, 'engine.process');
      if (pid !== null) return pid;
      await sleep(20);
    }
    throw new Error('the database process of the server is not to be found (it is looked for in /proc: Linux only)');
  }

  /** Ends it, by force after 15 s, and removes its data. */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), stopTimeoutMs);
    await this.ended;
    clearTimeout(timer);
    await rm(this.dataDir, { recursive: true, force: true, maxRetries: 5 });
  }

  private async announcedUrl(): Promise<string> {
    const deadline = performance.now() + startTimeoutMs;
    while (performance.now() < deadline && !this.hasEnded) {
      const url = /Confab is ready at (\S+)\s/.exec(this.output)?.[1];
      if (url !== undefined) return url;
      await sleep(20);
    }
    throw new Error(`The server did not get ready. It said:\n${this.lastOutput}`);
  }
}

/** The child of a process whose command line contains `word`. */
async function findChild(parentPid: number | undefined, word: string): Promise<number | null> {
  if (parentPid === undefined || process.platform !== 'linux') return null;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    try {
      // proc_pid_stat(5): the name in parentheses may contain anything, the fields behind it are state and parent.
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(parent) !== parentPid) continue;
      if ((await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes(word)) return Number(pid);
    } catch {
      // It ended while it was looked at.
    }
  }
  return null;
}
