/**
 * The upper edges of the buckets, in milliseconds: ten in each decade, so that a percentile is off by a quarter at most,
 * and with the usual 1, 2.5 and 5 among them, of which Prometheus is told.
 */
export const bucketEdgesMs: readonly number[] = [0.1, 1, 10, 100, 1_000, 10_000].flatMap((decade) =>
  [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6.5, 8].map((step) => step * decade),
);

/** One more for what is longer than the last edge. */
export const bucketCount = bucketEdgesMs.length + 1;

/** How long something took, how often: counted in fixed buckets, so that one more costs no memory. */
export class LatencyHistogram {
  readonly counts = new Uint32Array(bucketCount);
  count = 0;
  sumMs = 0;
  maxMs = 0;

  observe(ms: number): void {
    increase(this.counts, bucketOf(ms), 1);
    this.count += 1;
    this.sumMs += ms;
    if (ms > this.maxMs) this.maxMs = ms;
  }

  get averageMs(): number | null {
    return this.count === 0 ? null : this.sumMs / this.count;
  }

  /** @param share 0..1 @returns milliseconds, between the edges of a bucket in proportion; `null` when there was nothing */
  percentileMs(share: number): number | null {
    return percentileOf(this.counts, this.count, this.maxMs, share);
  }
}

/** Counts on in one place of many. */
export function increase(counts: Uint32Array | Float64Array, place: number, by: number): void {
  counts[place] = (counts[place] ?? 0) + by;
}

/** The bucket of a duration. */
export function bucketOf(ms: number): number {
  let low = 0;
  let high = bucketEdgesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ms <= (bucketEdgesMs[middle] ?? Infinity)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function percentileOf(counts: Uint32Array, count: number, maxMs: number, share: number): number | null {
  if (count === 0) return null;
  const wanted = Math.max(1, Math.ceil(count * share));
  let seen = 0;
  for (let bucket = 0; bucket < bucketCount; bucket += 1) {
    const inBucket = counts[bucket] ?? 0;
    if (seen + inBucket >= wanted) {
      const from = bucketEdgesMs[bucket - 1] ?? 0;
      const to = Math.min(bucketEdgesMs[bucket] ?? maxMs, maxMs);
      return Math.min(maxMs, from + (Math.max(to, from) - from) * ((wanted - seen) / inBucket));
    }
    seen += inBucket;
  }
  return maxMs;
}
