import { readFileSync } from 'node:fs';

/** Clock ticks a second in /proc, on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** CPU seconds that a process has used. */
export interface CpuTime {
  /** By all its threads. */
  whole: number;
  /** By its main thread: for Node, the one that runs JavaScript, and the first to be exhausted. */
  main: number;
}

/** Share of one CPU over a time, in percent. */
export interface CpuLoad {
  wholePercent: number;
  mainPercent: number;
}

/** CPU time of some processes together, and the most of their main threads; zero where there is no /proc. */
export function cpuTime(pids: readonly number[]): CpuTime {
  const times = pids.map((pid) => ({
    whole: ticks(`/proc/${pid}/stat`),
    main: ticks(`/proc/${pid}/task/${pid}/stat`),
  }));
  return {
    whole: times.reduce((sum, { whole }) => sum + whole, 0) / ticksPerSecond,
    main: Math.max(0, ...times.map(({ main }) => main)) / ticksPerSecond,
  };
}

export function cpuLoad(before: CpuTime, after: CpuTime, seconds: number): CpuLoad {
  return {
    wholePercent: ((after.whole - before.whole) / seconds) * 100,
    mainPercent: ((after.main - before.main) / seconds) * 100,
  };
}

/** The process and those that it started. */
export function withChildren(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return [pid, ...(children === '' ? [] : children.split(' ').map(Number))];
  } catch {
    return [pid];
  }
}

/** Resident memory in bytes; `null` where there is no /proc. */
export function residentBytes(pid: number): number | null {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  } catch {
    return null;
  }
}

function ticks(path: string): number {
  try {
    const stat = readFileSync(path, 'utf8');
    // The name in parentheses may hold spaces; utime and stime are the 12th and 13th after it (proc_pid_stat(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}
