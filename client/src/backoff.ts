/** How long to wait between attempts. */
export interface BackoffOptions {
  /** Before the second attempt. Default 500. */
  minDelayMs: number;
  /** Never longer than this. Default 30,000. */
  maxDelayMs: number;
  /**
   * How much of each delay is left to chance, 0 to 1: a delay lies between `delay * (1 - jitter)` and `delay`. Default
   * 0.5. Without it, everyone whom a restart of the server cut off would come back in the same moment.
   */
  jitter: number;
}

/** Delays that double with each attempt, up to a bound, each shortened by chance. */
export class Backoff {
  private attempts = 0;

  constructor(
    private readonly options: BackoffOptions,
    private readonly random: () => number = Math.random,
  ) {}

  /** Milliseconds to wait before the next attempt. */
  next(): number {
    const { minDelayMs, maxDelayMs, jitter } = this.options;
    const delayMs = Math.min(maxDelayMs, minDelayMs * 2 ** this.attempts);
    // 2 ** 30 is past any bound; a larger exponent would only end in Infinity.
    this.attempts = Math.min(this.attempts + 1, 30);
    return delayMs * (1 - jitter * this.random());
  }

  reset(): void {
    this.attempts = 0;
  }
}
