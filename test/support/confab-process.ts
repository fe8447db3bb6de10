import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { eventually } from './eventually.js';

const program = join(import.meta.dirname, '../../dist/src/main.js');

/** A start takes a second; many at once on a machine that does other things take many. */
const readyTimeoutMs = 40_000;

/** How the program ended. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** The built program as a process of its own, with nothing of this process's environment but the path. */
export class ConfabProcess {
  private output = '';
  private errors = '';
  private readonly ending: Promise<Ending>;
  private readonly child: ChildProcess;
  private hasEnded = false;

  /** @param environment beside what every test needs: a free port, and a working folder without a `.env` */
  constructor(environment: Readonly<Record<string, string>>, args: readonly string[] = []) {
    this.child = spawn(process.execPath, [program, ...args], {
      cwd: tmpdir(),
      env: { PATH: process.env['PATH'] ?? '', PORT: '0', BCRYPT_ROUNDS: '4', LOG_FORMAT: 'json', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
    this.ending = new Promise((resolve) => {
      this.child.on('close', (code, signal) => {
        this.hasEnded = true;
        resolve({ code, signal });
      });
    });
  }

  get stdout(): string {
    return this.output;
  }

  get stderr(): string {
    return this.errors;
  }

  /** The lines of its structured log. */
  get log(): Record<string, unknown>[] {
    const lines = this.output.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Waits for the line that programs wait for. @returns the address */
  async ready(): Promise<string> {
    return eventually(() => {
      if (this.hasEnded) throw new Error(`it ended before it was ready:\n${this.output}\n${this.errors}`);
      return /Confab is ready at (http:\/\/[\w.[\]:]+:\d+)/.exec(this.output)?.[1];
    }, readyTimeoutMs);
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  ended(): Promise<Ending> {
    return this.ending;
  }

  /** Asks it to stop, and waits. */
  async stop(): Promise<Ending> {
    this.signal('SIGTERM');
    return this.ending;
  }

  /** For the end of a test, whatever has happened: no process stays behind. */
  async end(): Promise<void> {
    if (!this.hasEnded) this.signal('SIGKILL');
    await this.ending;
  }
}

/** Starts processes and makes folders for one test file, and leaves nothing of either behind. */
export class ProcessYard {
  private readonly processes: ConfabProcess[] = [];
  private readonly folders: string[] = [];

  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'confab-process-'));
    this.folders.push(folder);
    return folder;
  }

  start(environment: Readonly<Record<string, string>>, args?: readonly string[]): ConfabProcess {
    const started = new ConfabProcess(environment, args);
    this.processes.push(started);
    return started;
  }

  /** Runs the program until it ends by itself. */
  async run(
    environment: Readonly<Record<string, string>>,
    args?: readonly string[],
  ): Promise<Ending & { stdout: string; stderr: string }> {
    const started = this.start(environment, args);
    const ending = await started.ended();
    return { ...ending, stdout: started.stdout, stderr: started.stderr };
  }

  async clear(): Promise<void> {
    await Promise.all(this.processes.map((started) => started.end()));
    await Promise.all(this.folders.map((folder) => rm(folder, { recursive: true, force: true })));
  }
}
