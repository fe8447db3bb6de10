import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { eventually } from './eventually.js';

const programs = join(import.meta.dirname, '../../dist/src');

/** A start takes a second; many at once on a machine that does other things take many. */
const readyTimeoutMs = 40_000;

/** How the program ended. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A built program as a process of its own, with nothing of this process's environment but the path. */
export class ProgramProcess {
  private output = '';
  private errors = '';
  private readonly ending: Promise<Ending>;
  private readonly child: ChildProcess;
  private hasEnded = false;

  /**
   * @param program its file in the folder of the built sources; it runs in a folder without a `.env`
   * @param user of the system as whom it runs, which only root may say
   */
  constructor(
    program: string,
    environment: Readonly<Record<string, string>>,
    args: readonly string[],
    user: { uid?: number; gid?: number } = {},
  ) {
    this.child = spawn(process.execPath, [join(programs, program), ...args], {
      cwd: tmpdir(),
      env: { PATH: process.env['PATH'] ?? '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...user,
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

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the program did not start');
    return this.child.pid;
  }

  get stdout(): string {
    return this.output;
  }

  get stderr(): string {
    return this.errors;
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

  /** Waits for the line that says that it is ready. @returns the first group of the pattern */
  protected announced(line: RegExp): Promise<string> {
    return eventually(() => {
      if (this.hasEnded) throw new Error(`it ended before it was ready:\n${this.output}\n${this.errors}`);
      return line.exec(this.output)?.[1];
    }, readyTimeoutMs);
  }
}
