import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import type { ConfabProcess } from './confab-process.js';

const run = promisify(execFile);

/** The process id of a running server, from its own log. */
function pidOf(server: ConfabProcess): number {
  const ready = server.log.find(({ msg }) => typeof msg === 'string' && msg.startsWith('Confab is ready'));
  if (typeof ready?.['pid'] !== 'number') throw new Error('the server is not ready');
  return ready['pid'];
}

/** The process id of the embedded database: the one child that a server has. `undefined` while it is restarted. */
export async function enginePidOf(server: ConfabProcess): Promise<number | undefined> {
  const parent = pidOf(server);
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  for (const line of stdout.split('\n')) {
    const [, pid, ppid, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (Number(ppid) === parent && command?.includes('engine.process') === true) return Number(pid);
  }
  return undefined;
}
