import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { eventually } from './eventually.js';
import type { ProgramProcess } from './program-process.js';

const run = promisify(execFile);

/** The process id of the embedded database: the one child of the program that has one. `undefined` while it is restarted. */
export async function enginePidOf(program: ProgramProcess): Promise<number | undefined> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  for (const line of stdout.split('\n')) {
    const [, pid, ppid, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (Number(ppid) === program.pid && command?.includes('engine.process') === true) return Number(pid);
  }
  return undefined;
}

/** Of the health check: 503 while the server has no database. */
export async function statusOf(url: string): Promise<number> {
  return (await fetch(`${url}/health`)).status;
}

/** Kills the database of a program, and each that takes its place, until the server at `url` says that it has none. */
export async function killDatabaseUntilNoticed(
  program: ProgramProcess,
  url: string,
  patienceMs: number,
): Promise<void> {
  let isNoticed = false;
  const noticed = eventually(async () => (await statusOf(url)) === 503, patienceMs).then(() => {
    isNoticed = true;
  });
  await eventually(async () => {
    const pid = await enginePidOf(program);
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    return isNoticed;
  }, patienceMs);
  await noticed;
}
