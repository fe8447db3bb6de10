import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';

import type { JobName, Jobs, Report } from '../load/jobs.js';
import { firstMessage, type Cpus, type Processes } from './processes.js';

/** What a job may take beside its own measured time. */
const graceMs = 120_000;

/** A job that the server refused, or that broke. */
export class JobFailed extends Error {
  constructor(
    message: string,
    /** The status of the answer that refused it, when there was one. */
    readonly httpStatus: number | null,
  ) {
    super(message);
  }
}

/** The load generator in its own process. */
export class Generator {
  private nextId = 0;

  private constructor(private readonly child: ChildProcess) {
    child.setMaxListeners(50);
  }

  static async start(processes: Processes, cpus: Cpus): Promise<Generator> {
    const child = processes.forkProgram(join(import.meta.dirname, '../load/generator.js'), { cpus });
    await firstMessage(child);
    return new Generator(child);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** @param onWindow called when the measured time begins and ends. @throws JobFailed */
  perform<Name extends JobName>(
    name: Name,
    job: Jobs[Name]['job'],
    onWindow: (edge: 'start' | 'end') => void = () => undefined,
  ): Promise<Jobs[Name]['result']> {
    const id = this.nextId;
    this.nextId += 1;
    const { child } = this;
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        child.off('message', take);
        child.off('exit', ended);
      };
      const timer = setTimeout(() => {
        done();
        reject(new JobFailed(`${name} did not end in time`, null));
      }, graceMs);
      const ended = () => {
        done();
        reject(new JobFailed('the load generator ended', null));
      };
      const take = (report: Report) => {
        if (report.id !== id) return;
        if (report.status === 'window') {
          onWindow(report.edge);
          return;
        }
        done();
        if (report.status === 'failed') reject(new JobFailed(`${name}: ${report.error}`, report.httpStatus));
        else resolve(report.result as Jobs[Name]['result']);
      };
      child.on('message', take);
      child.once('exit', ended);
      child.send({ id, name, job });
    });
  }
}
