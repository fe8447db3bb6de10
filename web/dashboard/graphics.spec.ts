import { describe, expect, it } from '@jest/globals';

import { sparklinePath, thinned } from './graphics.js';

describe('a sparkline', () => {
  it('goes from the oldest value at the left to the newest at the right, zero at the bottom', () => {
    expect(sparklinePath([0, 5, 10], 60, 12)).toBe('M0.0 11.0L30.0 6.0L60.0 1.0');
  });

  it('lies at the bottom when all is zero', () => {
    expect(sparklinePath([0, 0], 60, 12)).toBe('M0.0 11.0L60.0 11.0');
  });

  it('has gaps where nothing was measured, and a dot for a value alone', () => {
    expect(sparklinePath([4, null, 2, 4], 60, 12)).toBe('M0.0 1.0h0.5M40.0 6.0L60.0 1.0');
    expect(sparklinePath([], 60, 12)).toBe('');
  });

  it('keeps the peak of each stretch when there are more values than places', () => {
    expect(thinned([1, 9, 2, 3, null, null], 3)).toEqual([9, 3, null]);
    expect(thinned([1, 2], 3)).toEqual([1, 2]);
  });
});
