import { bucketCount, bucketOf, increase, LatencyHistogram } from './latency-histogram.js';

/** Slices of time in a ring: what lies back further than all of them is overwritten, never summed up again. */
class Slices {
  private readonly numbers: Float64Array;

  constructor(
    readonly length: number,
    private readonly sliceMs: number,
    private readonly clear: (slot: number) => void,
  ) {
    this.numbers = new Float64Array(length).fill(-1);
  }

  /** Where the present slice is kept. */
  at(now: number): number {
    const number = Math.floor(now / this.sliceMs);
    const slot = number % this.length;
    if (this.numbers[slot] !== number) {
      this.numbers[slot] = number;
      this.clear(slot);
    }
    return slot;
  }

  /** Where those of the last `spanMs` are kept, the present one among them. */
  *within(now: number, spanMs: number): Iterable<number> {
    const last = Math.floor(now / this.sliceMs);
    const count = Math.min(this.length, Math.ceil(spanMs / this.sliceMs));
    for (let number = last - count + 1; number <= last; number += 1) {
      const slot = ((number % this.length) + this.length) % this.length;
      if (this.numbers[slot] === number) yield slot;
    }
  }
}

/** How often something happened of late. */
export class CountWindow {
  private readonly counts: Float64Array;
  private readonly slices: Slices;
  /** Since the start. */
  total = 0;

  constructor(
    length: number,
    private readonly sliceMs: number,
  ) {
    this.counts = new Float64Array(length);
    this.slices = new Slices(length, sliceMs, (slot) => {
      this.counts[slot] = 0;
    });
  }

  add(now: number, count = 1): void {
    increase(this.counts, this.slices.at(now), count);
    this.total += count;
  }

  within(now: number, spanMs: number): number {
    let sum = 0;
    for (const slot of this.slices.within(now, spanMs)) sum += this.counts[slot] ?? 0;
    return sum;
  }

  /** @param since when counting began: what was not watched is not taken for silence */
  perSecond(now: number, spanMs: number, since: number): number {
    const slices = Math.ceil(spanMs / this.sliceMs);
    const from = Math.max(since, (Math.floor(now / this.sliceMs) - slices + 1) * this.sliceMs);
    return this.within(now, spanMs) / Math.max(1, (now - from) / 1000);
  }
}

/** How long something took of late. */
export class LatencyWindow {
  private readonly counts: Uint32Array;
  private readonly sums: Float64Array;
  private readonly maxima: Float64Array;
  private readonly slices: Slices;

  constructor(length: number, sliceMs: number) {
    this.counts = new Uint32Array(length * bucketCount);
    this.sums = new Float64Array(length);
    this.maxima = new Float64Array(length);
    this.slices = new Slices(length, sliceMs, (slot) => {
      this.counts.fill(0, slot * bucketCount, (slot + 1) * bucketCount);
      this.sums[slot] = 0;
      this.maxima[slot] = 0;
    });
  }

  observe(ms: number, now: number): void {
    const slot = this.slices.at(now);
    increase(this.counts, slot * bucketCount + bucketOf(ms), 1);
    increase(this.sums, slot, ms);
    if (ms > (this.maxima[slot] ?? 0)) this.maxima[slot] = ms;
  }

  within(now: number, spanMs: number): LatencyHistogram {
    const whole = new LatencyHistogram();
    for (const slot of this.slices.within(now, spanMs)) {
      for (let bucket = 0; bucket < bucketCount; bucket += 1) {
        const count = this.counts[slot * bucketCount + bucket] ?? 0;
        increase(whole.counts, bucket, count);
        whole.count += count;
      }
      whole.sumMs += this.sums[slot] ?? 0;
      whole.maxMs = Math.max(whole.maxMs, this.maxima[slot] ?? 0);
    }
    return whole;
  }
}
