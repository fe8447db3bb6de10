import { describe, expect, it } from '@jest/globals';

import { OnlyNode } from './only-node.js';
import { ReadThroughCache } from './read-through-cache.js';

interface Value {
  key: string;
  version: number;
}

/** A store whose reads can be held in the middle, as a database's are by the network. */
class Store {
  readonly values = new Map<string, Value>();
  readonly reads: string[][] = [];
  hold: Promise<void> | undefined;

  write(key: string, version: number): void {
    this.values.set(key, { key, version });
  }

  readonly read = async (keys: readonly string[]): Promise<Value[]> => {
    this.reads.push([...keys]);
    const found = keys.map((key) => this.values.get(key)).filter((value) => value !== undefined);
    await this.hold;
    return found;
  };

  readonly readOne = async (key: string): Promise<Value | null> => (await this.read([key]))[0] ?? null;
}

function aCacheOf(store: Store, maxEntries = 10) {
  const cache = new ReadThroughCache<string, Value>('names', maxEntries, new OnlyNode());
  return {
    cache,
    get: (key: string) => cache.get(key, () => store.readOne(key)),
    getMany: (keys: string[]) => cache.getMany(keys, store.read, ({ key }) => key),
  };
}

describe('ReadThroughCache', () => {
  it('reads once and remembers', async () => {
    const store = new Store();
    store.write('a', 1);
    const { get } = aCacheOf(store);
    expect(await get('a')).toEqual({ key: 'a', version: 1 });
    expect(await get('a')).toEqual({ key: 'a', version: 1 });
    expect(store.reads).toEqual([['a']]);
  });

  it('does not remember that there was nothing', async () => {
    const store = new Store();
    const { get } = aCacheOf(store);
    expect(await get('a')).toBeNull();
    store.write('a', 1);
    expect(await get('a')).toEqual({ key: 'a', version: 1 });
  });

  it('reads again after the value was forgotten', async () => {
    const store = new Store();
    store.write('a', 1);
    const { cache, get } = aCacheOf(store);
    await get('a');
    store.write('a', 2);
    cache.forget('a');
    expect(await get('a')).toEqual({ key: 'a', version: 2 });
  });

  it.each(['get', 'getMany'] as const)('does not keep what %s read before a change that overtook it', async (verb) => {
    const store = new Store();
    store.write('a', 1);
    const { cache, get, getMany } = aCacheOf(store);
    const held = Promise.withResolvers<undefined>();
    store.hold = held.promise;
    const reading = verb === 'get' ? get('a') : getMany(['a']).then((found) => found.get('a') ?? null);
    store.write('a', 2);
    cache.forget('a');
    held.resolve(undefined);

    // Its caller asked before the change: the old value is a fair answer to him, and to nobody after.
    expect(await reading).toEqual({ key: 'a', version: 1 });
    expect(await get('a')).toEqual({ key: 'a', version: 2 });
  });

  it('keeps what was read while something else changed', async () => {
    const store = new Store();
    store.write('a', 1);
    const { cache, get } = aCacheOf(store);
    const held = Promise.withResolvers<undefined>();
    store.hold = held.promise;
    const reading = get('a');
    cache.forget('b');
    held.resolve(undefined);
    await reading;
    await get('a');
    expect(store.reads).toEqual([['a']]);
  });

  it('changes what it has, and does not keep what was read before the change', async () => {
    const store = new Store();
    store.write('a', 1);
    const { cache, get } = aCacheOf(store);
    const setVersion = (version: number) => {
      store.write('a', version);
      cache.change('a', (value) => ({ ...value, version }));
    };
    const held = Promise.withResolvers<undefined>();
    store.hold = held.promise;
    const reading = get('a');
    setVersion(2);
    held.resolve(undefined);
    await reading;
    expect(await get('a')).toEqual({ key: 'a', version: 2 });
    setVersion(3);
    expect(await get('a')).toEqual({ key: 'a', version: 3 });
    expect(store.reads).toHaveLength(2);
  });

  it('passes on what a read throws, and remembers nothing of it', async () => {
    const store = new Store();
    const { cache, get } = aCacheOf(store);
    await expect(cache.get('a', () => Promise.reject(new Error('no database')))).rejects.toThrow('no database');
    store.write('a', 1);
    expect(await get('a')).toEqual({ key: 'a', version: 1 });
  });

  it('reads of many only those that it does not have, each once, and leaves out what is not there', async () => {
    const store = new Store();
    for (const key of ['a', 'b', 'c']) store.write(key, 1);
    const { get, getMany } = aCacheOf(store);
    await get('a');
    const found = await getMany(['a', 'b', 'b', 'none', 'c']);
    expect([...found.keys()].sort()).toEqual(['a', 'b', 'c']);
    expect(store.reads).toEqual([['a'], ['b', 'none', 'c']]);
    await getMany(['a', 'b', 'c']);
    expect(store.reads).toHaveLength(2);
  });

  it('lets go of the least recently used when it is full', async () => {
    const store = new Store();
    for (const key of ['a', 'b', 'c']) store.write(key, 1);
    const { get } = aCacheOf(store, 2);
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await get(key);
    expect(store.reads.flat()).toEqual(['a', 'b', 'c', 'b']);
  });
});
