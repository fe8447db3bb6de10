import { beforeEach, describe, expect, it } from '@jest/globals';

import { SettableClock } from '../../../test/support/settable-clock.js';
import { OnlyNode } from '../only-node.js';
import { WindowCounters } from './window-counters.js';

const minuteMs = 60_000;

describe('WindowCounters', () => {
  let clock: SettableClock;
  let counters: WindowCounters;
  beforeEach(() => {
    clock = new SettableClock();
    counters = new WindowCounters(clock, new OnlyNode());
  });

  it('blocks what goes beyond the limit, and says for how long', () => {
    const counts = Array.from({ length: 4 }, () => counters.count('a', minuteMs, 2));
    expect(counts.map(({ isBlocked }) => isBlocked)).toEqual([false, false, true, true]);
    expect(counts.map(({ totalHits }) => totalHits)).toEqual([1, 2, 3, 4]);
    expect(counts.map(({ timeToBlockExpire }) => timeToBlockExpire)).toEqual([0, 0, 60, 60]);
  });

  it.each([
    [0, 60],
    [1, 60],
    [999, 60],
    [1000, 59],
    [59_000, 1],
    [59_999, 1],
  ])('after %i ms says that the window ends in %i s: never too early, never 0', (elapsedMs, expected) => {
    counters.count('a', minuteMs, 1);
    clock.advance(elapsedMs);
    expect(counters.count('a', minuteMs, 1)).toMatchObject({ timeToExpire: expected, timeToBlockExpire: expected });
  });

  it('begins anew when the window is over', () => {
    for (let count = 0; count < 5; count += 1) counters.count('a', minuteMs, 2);
    clock.advance(minuteMs - 1);
    expect(counters.count('a', minuteMs, 2).isBlocked).toBe(true);
    clock.advance(1);
    expect(counters.hits('a')).toBe(0);
    expect(counters.count('a', minuteMs, 2)).toMatchObject({ totalHits: 1, isBlocked: false });
  });

  it('counts each key by itself', () => {
    counters.count('a', minuteMs, 1);
    expect(counters.count('a', minuteMs, 1).isBlocked).toBe(true);
    expect(counters.count('b', minuteMs, 1).isBlocked).toBe(false);
  });

  it('says how long the present window lasts, if there is one', () => {
    expect(counters.secondsLeft('a')).toBeNull();
    counters.count('a', minuteMs, 1);
    clock.advance(1500);
    expect(counters.secondsLeft('a')).toBe(59);
    clock.advance(minuteMs);
    expect(counters.secondsLeft('a')).toBeNull();
  });

  it('looks without counting', () => {
    expect([counters.hits('a'), counters.hits('a')]).toEqual([0, 0]);
    counters.count('a', minuteMs, 10);
    expect([counters.hits('a'), counters.hits('a')]).toEqual([1, 1]);
  });

  it('answers the throttler with the same counts', async () => {
    counters.count('a', minuteMs, 1);
    expect(await counters.increment('a', minuteMs, 1)).toEqual({
      totalHits: 2,
      timeToExpire: 60,
      isBlocked: true,
      timeToBlockExpire: 60,
    });
  });
});
