import { sleep } from './timers.js';

/**
 * Spreads events so that at most `limit` leave in any `windowMs`: the server refuses a socket's events above its
 * budget, and closes a socket that is refused again and again.
 */
export class Pacer {
  /** When the events of the last window left, oldest first. */
  private sent: number[] = [];
  private line: Promise<void> = Promise.resolve();

  constructor(
    private readonly limit: number,
    private readonly windowMs = 1000,
    private readonly now: () => number = Date.now,
  ) {}

  /** Resolves when the next event may leave, in the order of the calls. */
  take(): Promise<void> {
    this.line = this.line.then(async () => {
      while (!this.tryTake()) await sleep(Math.max(1, this.windowMs - (this.now() - (this.sent[0] ?? 0))));
    });
    return this.line;
  }

  /** Takes a place if there is one now: for events that are worth nothing later. */
  tryTake(): boolean {
    const since = this.now() - this.windowMs;
    this.sent = this.sent.filter((at) => at > since);
    if (this.sent.length >= this.limit) return false;
    this.sent.push(this.now());
    return true;
  }
}
