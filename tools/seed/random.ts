import { v7 } from 'uuid';

/**
 * Numbers that look random and are the same each time. `Math.random` cannot be told where to begin; this is mulberry32,
 * which is good enough for made-up conversations and for nothing that must not be guessed.
 */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = (seed * 2_654_435_761 + 1) >>> 0;
  }

  /** From 0 up to 1, which is left out. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0 up to `end`, which is left out. @param skew above 1: small ones more often */
  below(end: number, skew = 1): number {
    return Math.min(end - 1, Math.floor(end * this.next() ** skew));
  }

  /** One of some, those at the beginning more often with a `skew` above 1. @throws Error when there is none */
  pick<Item>(items: readonly Item[], skew = 1): Item {
    const item = items[this.below(items.length, skew)];
    if (item === undefined) throw new Error('there is nothing to pick from');
    return item;
  }

  /** An id as the server makes them, of a given time. */
  id(at: Date): string {
    const random = Uint8Array.from({ length: 16 }, () => this.below(256));
    return v7({ msecs: at.getTime(), random });
  }
}
