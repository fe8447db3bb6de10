import { Problem } from '../../common/problem.js';

/** Lets so many works run at once; a bounded number of others waits for its turn, in the order of asking. */
export class Slots {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly slots: number,
    private readonly maxWaiting: number,
  ) {}

  /** @throws Problem `unavailable` when too many wait already, and what `work` throws */
  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.running < this.slots) this.running += 1;
    else await this.turn();
    try {
      return await work();
    } finally {
      // The slot goes from hand to hand, so that nobody who comes just now can take it first.
      const next = this.waiting.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }

  private turn(): Promise<void> {
    if (this.waiting.length >= this.maxWaiting) {
      throw new Problem('unavailable', 'Too many pictures are being worked on; try again.', { retryAfter: 5 });
    }
    return new Promise((resolve) => {
      this.waiting.push(resolve);
    });
  }
}
