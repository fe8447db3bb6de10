import { describe, expect, it } from '@jest/globals';

import { Backoff } from './backoff.js';

describe('Backoff', () => {
  const options = { minDelayMs: 100, maxDelayMs: 1000, jitter: 0.5 };

  it('doubles its delays up to the bound, and begins anew after a reset', () => {
    const backoff = new Backoff(options, () => 0);
    expect(Array.from({ length: 6 }, () => backoff.next())).toEqual([100, 200, 400, 800, 1000, 1000]);
    backoff.reset();
    expect(backoff.next()).toBe(100);
  });

  it('shortens each delay by chance, by no more than its jitter', () => {
    const chances = [0, 0.5, 1];
    const backoff = new Backoff(options, () => chances.shift() ?? 0);
    expect([backoff.next(), backoff.next(), backoff.next()]).toEqual([100, 150, 200]);
  });
});
