import { describe, expect, it } from '@jest/globals';

import { median, percentile, percentilesOfMicros } from './stats.js';

describe('stats', () => {
  it('takes the middle one of an odd number, whatever their order', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  it('takes the mean of the two in the middle of an even number', () => {
    expect(median([1, 2, 10, 4])).toBe(3);
  });

  it('has no median of nothing', () => {
    expect(median([])).toBeNaN();
  });

  it('takes a value that is there as percentile, the nearest above', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([50, 95, 99, 100].map((percent) => percentile(hundred, percent))).toEqual([50, 95, 99, 100]);
    expect(percentile([7], 1)).toBe(7);
  });

  it('gives percentiles of microseconds in milliseconds', () => {
    const micros = Array.from({ length: 200 }, (_, index) => (index + 1) * 10);
    expect(percentilesOfMicros(micros)).toEqual({ p50: 1, p95: 1.9, p99: 1.98 });
  });
});
