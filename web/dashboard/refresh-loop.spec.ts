import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { RefreshLoop, type Freshness, type Outcome } from './refresh-loop.js';

describe('the loop that keeps the page fresh', () => {
  let outcomes: (Outcome<string> | Promise<Outcome<string>>)[];
  let seen: Freshness[];
  let values: string[];
  let attempts: number;

  beforeEach(() => {
    jest.useFakeTimers({ now: new Date('2026-11-20T12:00:00.000Z') });
    [outcomes, seen, values, attempts] = [[], [], [], 0];
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  function aLoop(): RefreshLoop<string> {
    return new RefreshLoop({
      intervalMs: 10_000,
      onValue: (value) => values.push(value),
      onChange: (freshness) => seen.push(freshness),
      refresh: () => {
        attempts += 1;
        return Promise.resolve(outcomes.shift() ?? { kind: 'done', value: 'news' });
      },
    });
  }
  const states = () => seen.map(({ state }) => state);

  it('refreshes at once and then every ten seconds', async () => {
    aLoop().start();
    await jest.advanceTimersByTimeAsync(25_000);
    expect(attempts).toBe(3);
    expect(states()).toEqual(['loading', 'live', 'live', 'live']);
    expect(values).toEqual(['news', 'news', 'news']);
  });

  it('says since when what it shows is old, and waits longer after each failure', async () => {
    outcomes = [
      { kind: 'done', value: 'news' },
      ...Array.from({ length: 20 }, () => ({ kind: 'failed', reason: 'gone' }) as const),
    ];
    aLoop().start();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(seen.at(-1)).toMatchObject({
      state: 'stale',
      since: new Date('2026-11-20T12:00:00.000Z'),
      reason: 'gone',
    });
    await jest.advanceTimersByTimeAsync(15_000);
    expect(attempts).toBeGreaterThanOrEqual(5);
    const before = attempts;
    await jest.advanceTimersByTimeAsync(600_000);
    expect(attempts - before).toBeLessThanOrEqual(16);
  });

  it('is live again, at the usual pace, with the first answer after failures', async () => {
    outcomes = [{ kind: 'failed', reason: 'gone' }];
    aLoop().start();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(states()).toEqual(['loading', 'stale', 'live']);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(attempts).toBe(3);
  });

  it('comes back no sooner than the server asked for', async () => {
    outcomes = [{ kind: 'failed', reason: 'too many', retryAfterMs: 30_000 }];
    aLoop().start();
    await jest.advanceTimersByTimeAsync(29_000);
    expect(attempts).toBe(1);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(attempts).toBe(2);
  });

  it('stands still while paused, save for what is asked for by hand', async () => {
    const loop = aLoop();
    loop.start();
    await jest.advanceTimersByTimeAsync(0);
    loop.pause();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(attempts).toBe(1);
    loop.refreshNow();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(attempts).toBe(2);
    expect(seen.at(-1)?.state).toBe('paused');
    loop.resume();
    await jest.advanceTimersByTimeAsync(0);
    expect(attempts).toBe(3);
    expect(seen.at(-1)?.state).toBe('live');
  });

  it('forgets an answer that comes after it was paused', async () => {
    let answer: (outcome: Outcome<string>) => void = () => undefined;
    outcomes = [new Promise((resolve) => (answer = resolve))];
    const loop = aLoop();
    loop.start();
    loop.pause();
    answer({ kind: 'done', value: 'news' });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(states()).toEqual(['loading', 'paused']);
    expect(values).toEqual([]);
  });

  it('keeps a new pace from the moment it is chosen', async () => {
    const loop = aLoop();
    loop.start();
    await jest.advanceTimersByTimeAsync(0);
    loop.setInterval(2_000);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(attempts).toBe(7);
  });

  it('does at once what it planned for later when somebody comes back, and nothing when nothing was planned', async () => {
    const loop = aLoop();
    loop.start();
    await jest.advanceTimersByTimeAsync(5_000);
    loop.wake();
    await jest.advanceTimersByTimeAsync(9_000);
    expect(attempts).toBe(2);
    loop.pause();
    loop.wake();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(attempts).toBe(2);
  });

  it('stops when it is refused', async () => {
    outcomes = [{ kind: 'refused' }];
    aLoop().start();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(attempts).toBe(1);
    expect(states()).toEqual(['loading', 'refused']);
  });
});
