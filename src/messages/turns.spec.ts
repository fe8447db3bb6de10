import { afterEach, describe, expect, it, jest } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import { newMessageId } from '../common/ids.js';
import { Turns } from './turns.js';

describe('Turns', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('lets those who change one message go one after the other, whatever becomes of each, and others beside them', async () => {
    const turns = new Turns();
    const id = newMessageId();
    const story: string[] = [];
    const first = Promise.withResolvers<undefined>();
    const work = (name: string, until: Promise<undefined>) => async () => {
      story.push(`${name} begins`);
      await until;
      story.push(`${name} ends`);
      if (name === 'first') throw new Error('refused');
    };
    const taken = [
      turns.take(id, work('first', first.promise)),
      turns.take(id, work('second', Promise.resolve(undefined))),
      turns.take(newMessageId(), work('another', Promise.resolve(undefined))),
    ];
    await taken[2];
    first.resolve(undefined);
    const outcomes = await Promise.allSettled(taken);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(story).toEqual([
      'first begins',
      'another begins',
      'another ends',
      'first ends',
      'second begins',
      'second ends',
    ]);
    // The last look at whether anybody waits is behind the answer.
    await new Promise(setImmediate);
    expect(turns.size).toBe(0);
  });

  it('gives up when a turn does not come in time, and the one behind still waits for the one before', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const turns = new Turns();
    const id = newMessageId();
    const first = Promise.withResolvers<undefined>();
    const slow = turns.take(id, () => first.promise);
    const late = turns.take(id, () => Promise.resolve('never'));
    const refused = expect(late).rejects.toMatchObject({ code: 'unavailable', retryAfter: 1 });
    await jest.advanceTimersByTimeAsync(limits.log.maxWaitMs);
    await refused;
    let hasBegun = false;
    const next = turns.take(id, () => {
      hasBegun = true;
      return Promise.resolve();
    });
    await new Promise(setImmediate);
    expect(hasBegun).toBe(false);
    first.resolve(undefined);
    await Promise.all([slow, next]);
    expect(hasBegun).toBe(true);
  });
});
