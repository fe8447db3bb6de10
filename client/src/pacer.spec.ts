import { describe, expect, it } from '@jest/globals';

import { Pacer } from './pacer.js';

describe('Pacer', () => {
  it('lets no more than its limit through in any window, and the rest in order', async () => {
    const pacer = new Pacer(3, 100);
    const left: { number: number; at: number }[] = [];
    await Promise.all(
      Array.from({ length: 8 }, async (_, number) => {
        await pacer.take();
        left.push({ number, at: Date.now() });
      }),
    );
    expect(left.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    // One millisecond less: the clock is read before and after.
    for (const [index, { at }] of left.entries()) {
      const third = left[index + 3];
      if (third !== undefined) expect(third.at - at).toBeGreaterThanOrEqual(99);
    }
  });

  it('drops what may not leave now when it is worth nothing later', () => {
    let now = 0;
    const pacer = new Pacer(2, 100, () => now);
    expect([pacer.tryTake(), pacer.tryTake(), pacer.tryTake()]).toEqual([true, true, false]);
    now = 101;
    expect(pacer.tryTake()).toBe(true);
  });
});
