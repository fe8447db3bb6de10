import { describe, expect, it } from '@jest/globals';

import { eventually } from '../../test/support/eventually.js';
import { loadTogether } from './load-together.js';

/** A source whose reads end when the test says so. */
function aSource(maxTogether = 100) {
  const reads: { keys: readonly string[]; end: (error?: Error) => void }[] = [];
  const load = loadTogether<string, string>((keys) => {
    const held = Promise.withResolvers<string[]>();
    reads.push({
      keys,
      end: (error) => {
        if (error === undefined) held.resolve(keys.map((key) => `value of ${key}`));
        else held.reject(error);
      },
    });
    return held.promise;
  }, maxTogether);
  return { reads, load };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('loading together', () => {
  it('reads at once what is asked for in one turn, and gives each its own', async () => {
    const { reads, load } = aSource();
    const answers = ['a', 'b', 'a'].map((key) => load(key));
    await nextTurn();
    expect(reads.map(({ keys }) => keys)).toEqual([['a', 'b', 'a']]);
    reads[0]!.end();
    expect(await Promise.all(answers)).toEqual(['value of a', 'value of b', 'value of a']);
  });

  it('lets questions gather while a read is under way', async () => {
    const { reads, load } = aSource();
    for (const key of ['a', 'b', 'c']) {
      void load(key);
      await nextTurn();
    }
    expect(reads.map(({ keys }) => keys)).toEqual([['a']]);
    reads[0]!.end();
    await eventually(() => reads.length > 1);
    expect(reads.map(({ keys }) => keys)).toEqual([['a'], ['b', 'c']]);
  });

  it('reads so many together and no more', async () => {
    const { reads, load } = aSource(2);
    for (const key of ['a', 'b', 'c']) void load(key);
    await nextTurn();
    reads[0]!.end();
    await eventually(() => reads.length > 1);
    expect(reads.map(({ keys }) => keys)).toEqual([['a', 'b'], ['c']]);
  });

  it('fails for those who asked, and reads again for whoever asks next', async () => {
    const { reads, load } = aSource();
    const failing = load('a');
    await nextTurn();
    reads[0]!.end(new Error('no database'));
    await expect(failing).rejects.toThrow('no database');
    const next = load('a');
    await eventually(() => reads.length > 1);
    reads[1]!.end();
    expect(await next).toBe('value of a');
  });

  it('outlives a read that throws before it gives a promise', async () => {
    let isBroken = true;
    const load = loadTogether<string, string>((keys) => {
      if (isBroken) throw new Error('no such collection');
      return Promise.resolve([...keys]);
    }, 100);
    await expect(load('a')).rejects.toThrow('no such collection');
    isBroken = false;
    expect(await load('a')).toBe('a');
  });
});
