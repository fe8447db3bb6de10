import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ProgramProcess, type Ending } from './program-process.js';

/** The server. */
export class ConfabProcess extends ProgramProcess {
  /** @param environment beside what every test needs, such as a free port */
  constructor(
    environment: Readonly<Record<string, string>>,
    args: readonly string[] = [],
    user: { uid?: number; gid?: number } = {},
  ) {
    super(
      'main.js',
      { PORT: '0', BCRYPT_ROUNDS: '4', LOG_FORMAT: 'json', TRANSCRIPTS_PATH: 'off', ...environment },
      args,
      user,
    );
  }

  /** The lines of its structured log. */
  get log(): Record<string, unknown>[] {
    const lines = this.stdout.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Waits for the line that programs wait for. @returns the address */
  ready(): Promise<string> {
    return this.announced(/Confab is ready at (http:\/\/[\w.[\]:]+:\d+)/);
  }
}

/** The program of `npm run db`. */
export class DatabaseProcess extends ProgramProcess {
  constructor(dataDir: string) {
    super('database/embedded/serve.js', {}, ['--data-dir', dataDir]);
  }

  /** Waits until it answers. @returns what servers are given as MONGODB_URI */
  ready(): Promise<string> {
    return this.announced(/^MONGODB_URI=(.+)\n/m);
  }
}

/** Starts processes and makes folders for one test file, and leaves nothing of either behind. */
export class ProcessYard {
  private readonly processes: ProgramProcess[] = [];
  private readonly folders: string[] = [];

  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'confab-process-'));
    this.folders.push(folder);
    return folder;
  }

  start(
    environment: Readonly<Record<string, string>>,
    args?: readonly string[],
    user?: { uid?: number; gid?: number },
  ): ConfabProcess {
    return this.keep(new ConfabProcess(environment, args, user));
  }

  /** Serves the embedded database of a folder to several servers. */
  startDatabase(dataDir: string): DatabaseProcess {
    return this.keep(new DatabaseProcess(dataDir));
  }

  /** Runs the program until it ends by itself. */
  async run(
    environment: Readonly<Record<string, string>>,
    args?: readonly string[],
  ): Promise<Ending & { stdout: string; stderr: string }> {
    return this.ended(this.start(environment, args));
  }

  /** Runs a tool of the project, by the name of its folder, until it ends by itself. */
  async runTool(
    name: string,
    environment: Readonly<Record<string, string>>,
    args: readonly string[],
  ): Promise<Ending & { stdout: string; stderr: string }> {
    return this.ended(this.keep(new ProgramProcess(`../tools/${name}/main.js`, environment, args)));
  }

  async clear(): Promise<void> {
    await Promise.all(this.processes.map((started) => started.end()));
    // The database of a server that was killed closes by itself, and writes while it does.
    const patient = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 };
    await Promise.all(this.folders.map((folder) => rm(folder, patient)));
  }

  private async ended(started: ProgramProcess): Promise<Ending & { stdout: string; stderr: string }> {
    const ending = await started.ended();
    return { ...ending, stdout: started.stdout, stderr: started.stderr };
  }

  private keep<Program extends ProgramProcess>(started: Program): Program {
    this.processes.push(started);
    return started;
  }
}
