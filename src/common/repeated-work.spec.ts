import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';

import { RepeatedWork } from './repeated-work.js';

describe('RepeatedWork', () => {
  const warn = jest.spyOn(Logger.prototype, 'warn');
  beforeEach(() => {
    jest.useFakeTimers();
    warn.mockReset();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /** Turns that end when the test says so. */
  function heldTurns() {
    const ends: PromiseWithResolvers<undefined>[] = [];
    const work = async () => {
      const end = Promise.withResolvers<undefined>();
      ends.push(end);
      await end.promise;
    };
    return { ends, work };
  }

  it('begins after one interval, and goes on', async () => {
    let turns = 0;
    const repeated = new RepeatedWork('counting', 100, () => {
      turns += 1;
    });
    repeated.start();
    expect(turns).toBe(0);
    await jest.advanceTimersByTimeAsync(350);
    expect(turns).toBe(3);
    await repeated.stop();
  });

  it('begins at once where that is asked for', async () => {
    const { ends, work } = heldTurns();
    const repeated = new RepeatedWork('waiting', 100, work);
    repeated.start({ atOnce: true });
    expect(ends).toHaveLength(1);
    ends[0]?.resolve(undefined);
    await repeated.stop();
  });

  it('never does the same twice at once', async () => {
    const { ends, work } = heldTurns();
    const repeated = new RepeatedWork('waiting', 100, work);
    repeated.start();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(ends).toHaveLength(1);
    ends[0]?.resolve(undefined);
    await jest.advanceTimersByTimeAsync(100);
    expect(ends).toHaveLength(2);
    ends[1]?.resolve(undefined);
    await repeated.stop();
  });

  it.each<[string, () => Promise<void> | void]>([
    [
      'at once',
      () => {
        throw new Error('no');
      },
    ],
    ['later', () => Promise.reject(new Error('no'))],
  ])('logs what a turn throws %s, and tries again', async (_when, work) => {
    const repeated = new RepeatedWork('the sweep of the floor', 100, work);
    repeated.start();
    await jest.advanceTimersByTimeAsync(250);
    expect(warn.mock.calls).toEqual([
      [{ err: new Error('no') }, 'the sweep of the floor failed'],
      [{ err: new Error('no') }, 'the sweep of the floor failed'],
    ]);
    await repeated.stop();
  });

  it('is stopped when the turn that is at work has ended, which hears of it', async () => {
    const end = Promise.withResolvers<undefined>();
    let signal: AbortSignal | undefined;
    const repeated = new RepeatedWork('waiting', 100, async (stopping) => {
      signal = stopping;
      await end.promise;
      stopping.throwIfAborted();
    });
    repeated.start({ atOnce: true });
    let isStopped = false;
    const stopped = repeated.stop().then(() => {
      isStopped = true;
    });
    expect(signal?.aborted).toBe(true);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(isStopped).toBe(false);
    end.resolve(undefined);
    await stopped;
    expect(warn).not.toHaveBeenCalled();
    expect(jest.getTimerCount()).toBe(0);
  });
});
