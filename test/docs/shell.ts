import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A program that was started as a reader of the documentation would, and what it has printed so far. */
export class Typed {
  private text = '';
  private readonly ending: Promise<number | null>;

  constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => (this.text += chunk));
    }
    this.ending = new Promise((resolve) => {
      child.once('close', resolve);
    });
  }

  get output(): string {
    return this.text;
  }

  /** @returns its exit code */
  ended(): Promise<number | null> {
    return this.ending;
  }

  /** Stops it with all that it has started. */
  async stop(): Promise<number | null> {
    try {
      process.kill(-this.child.pid!, 'SIGTERM');
    } catch {
      // It has ended by itself.
    }
    return this.ending;
  }
}

/** A terminal for one test file, with a folder of its own and nothing of this process's environment but the path. */
export class Shell {
  private readonly typed: Typed[] = [];

  private constructor(
    /** Gone with the shell. */
    readonly folder: string,
  ) {}

  static async open(): Promise<Shell> {
    return new Shell(await mkdtemp(join(tmpdir(), 'confab-docs-')));
  }

  /** Runs commands at the root of the repository. */
  type(commands: string, environment: Readonly<Record<string, string>> = {}): Typed {
    return this.start('sh', [], commands, environment);
  }

  /** Runs a program for Node. */
  node(program: string, ...args: string[]): Typed {
    return this.start(process.execPath, ['--input-type=module', '-', ...args], program, {});
  }

  /** Puts a command in front of all others of its name, which runs a script for `sh` instead. */
  async replace(name: string, script: string): Promise<void> {
    const path = join(this.folder, name);
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
  }

  async close(): Promise<void> {
    await Promise.all(this.typed.map((typed) => typed.stop()));
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  private start(
    command: string,
    args: readonly string[],
    input: string,
    environment: Readonly<Record<string, string>>,
  ): Typed {
    const child = spawn(command, args, {
      // Of a group of its own: what it starts ends with it.
      detached: true,
      env: {
        PATH: [this.folder, process.env['PATH']].join(delimiter),
        HOME: this.folder,
        npm_config_update_notifier: 'false',
        ...environment,
      },
    });
    child.stdin.end(input);
    const typed = new Typed(child);
    this.typed.push(typed);
    return typed;
  }
}
