import { describe, expect, it } from '@jest/globals';

import { bucketEdgesMs, LatencyHistogram } from './latency-histogram.js';
import { Ring } from './ring.js';
import { CountWindow, LatencyWindow } from './sliding-window.js';

describe('LatencyHistogram', () => {
  it('knows percentiles to within its buckets, and says nothing of nothing', () => {
    const histogram = new LatencyHistogram();
    expect([histogram.percentileMs(0.5), histogram.averageMs]).toEqual([null, null]);
    for (let ms = 1; ms <= 1000; ms += 1) histogram.observe(ms);
    expect(histogram.averageMs).toBe(500.5);
    expect(histogram.percentileMs(0.5)).toBeCloseTo(500, -1);
    expect(histogram.percentileMs(0.95)).toBeGreaterThan(900);
    expect(histogram.percentileMs(0.99)).toBeLessThanOrEqual(1000);
    expect(histogram.percentileMs(1)).toBe(1000);
  });

  it.each([0, 0.05, 0.1, 99.99, 100, 100_000, 5_000_000])('takes %d ms, and is never above the longest', (ms) => {
    const histogram = new LatencyHistogram();
    histogram.observe(ms);
    expect(histogram.percentileMs(0.99)).toBeLessThanOrEqual(ms);
    expect(histogram.counts.reduce((sum, count) => sum + count)).toBe(1);
  });

  it('has edges that rise', () => {
    expect([...bucketEdgesMs].sort((one, other) => one - other)).toEqual(bucketEdgesMs);
  });
});

describe('CountWindow', () => {
  it('forgets what is older than asked for, and keeps the sum since the start', () => {
    const window = new CountWindow(31, 10_000);
    window.add(1_000_000, 3);
    window.add(1_200_000);
    expect(window.within(1_200_000, 300_000)).toBe(4);
    expect(window.within(1_310_000, 300_000)).toBe(1);
    expect(window.within(9_000_000, 300_000)).toBe(0);
    expect(window.total).toBe(4);
  });

  it('does not count a slice of an hour ago as the present one, though it lies in the same place', () => {
    const window = new CountWindow(6, 10_000);
    window.add(1_000_000, 5);
    window.add(1_060_000, 1);
    expect(window.within(1_060_000, 60_000)).toBe(1);
  });

  it('takes the time before it watched for nothing, not for silence', () => {
    const window = new CountWindow(31, 10_000);
    window.add(1_000_000, 20);
    expect(window.perSecond(1_002_000, 60_000, 1_000_000)).toBe(10);
    expect(window.perSecond(1_049_999, 60_000, 0)).toBeCloseTo(20 / 60, 1);
  });
});

describe('LatencyWindow', () => {
  it('sums up the slices of late, and no others', () => {
    const window = new LatencyWindow(31, 10_000);
    window.observe(100, 1_000_000);
    window.observe(10, 1_250_000);
    expect(window.within(1_250_000, 300_000)).toMatchObject({ count: 2, sumMs: 110, maxMs: 100 });
    expect(window.within(1_350_000, 300_000)).toMatchObject({ count: 1, sumMs: 10, maxMs: 10 });
  });
});

describe('Ring', () => {
  it('keeps the last ones, newest first, and hands out copies', () => {
    const ring = new Ring(3, () => ({ value: 0 }));
    expect(ring.newest(5)).toEqual([]);
    for (let value = 1; value <= 5; value += 1) ring.take().value = value;
    const kept = ring.newest(2);
    ring.take().value = 6;
    expect(kept).toEqual([{ value: 5 }, { value: 4 }]);
    expect(ring.newest(9).map(({ value }) => value)).toEqual([6, 5, 4]);
    expect(ring.newest(9, ({ value }) => value < 6)).toHaveLength(2);
  });
});
