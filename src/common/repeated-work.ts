import { Logger } from '@nestjs/common';

import type { OtherNodes } from './other-nodes.js';

/** A turn lasts a little less than the interval: whoever had the last one may be late for the next. */
const turnShare = 0.9;

/**
 * Does something again and again in the background, until it is stopped. A turn that is still at work when the next one
 * is due takes that one's place; what a turn throws is logged, and the next one tries again. No process lives on for it.
 */
export class RepeatedWork {
  private readonly logger = new Logger(RepeatedWork.name);
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  /**
   * @param what stands in the log when it fails: `the sweep of expired sessions`
   * @param intervalMs from the beginning of one turn to that of the next
   * @param work one turn; a long one asks the signal whether it is still wanted
   * @param once where one node does the work for all: the name of the job, the same on every node
   */
  constructor(
    private readonly what: string,
    private readonly intervalMs: number,
    private readonly work: (stopping: AbortSignal) => Promise<void> | void,
    private readonly once?: { job: string; nodes: OtherNodes },
  ) {}

  /** The first turn comes after one interval, or at once. */
  start({ atOnce = false }: { atOnce?: boolean } = {}): void {
    this.timer = setInterval(() => {
      this.turn();
    }, this.intervalMs).unref();
    if (atOnce) this.turn();
  }

  /** No turn begins any more. @returns when the one that is at work has ended; it never throws */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.running;
  }

  private turn(): void {
    this.running ??= this.attempt().finally(() => {
      this.running = undefined;
    });
  }

  private async attempt(): Promise<void> {
    const { signal } = this.stopping;
    try {
      if (this.once === undefined || (await this.once.nodes.takeTurn(this.once.job, this.intervalMs * turnShare)))
        await this.work(signal);
    } catch (error) {
      // Nothing waits for a turn; the next one tries again. What a stop has cut short is no failure.
      if (!signal.aborted) this.logger.warn({ err: error }, `${this.what} failed`);
    }
  }
}
