import { setTimeout as sleep } from 'node:timers/promises';

/** How long something is tried again before it is a failure: longer than a server takes to come back. */
const patienceMs = 90_000;
/** A server that counts requests is well, and says how long to wait; its longest window is an hour. */
const patienceWithLimitsMs = 2 * 3_600_000;

const firstPauseMs = 50;
const longestPauseMs = 2_000;

/** What an answer says about trying again. */
export interface RetryAdvice {
  status: number;
  /** Seconds. */
  retryAfter?: number | undefined;
}

/**
 * The pauses between attempts: as long as the server asked for, else 50 ms and each time twice as long, up to 2 s.
 * After 90 s it is over; pauses for a rate limit are not counted, but after two hours it is over with them too.
 */
export class Patience {
  private pauseMs = firstPauseMs;
  private deadline = performance.now() + patienceMs;
  private readonly lastDeadline = performance.now() + patienceWithLimitsMs;

  /** @throws `failure` when it has taken too long */
  async pause(failure: Error, advice?: RetryAdvice): Promise<void> {
    if (performance.now() > Math.min(this.deadline, this.lastDeadline)) throw failure;
    if (advice?.retryAfter === undefined) {
      await sleep(this.pauseMs);
      this.pauseMs = Math.min(2 * this.pauseMs, longestPauseMs);
      return;
    }
    const askedMs = advice.retryAfter * 1000;
    await sleep(askedMs);
    if (advice.status === 429) this.deadline += askedMs;
  }
}
