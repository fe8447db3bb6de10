import { LRUCache } from 'lru-cache';

import type { OtherNodes } from './other-nodes.js';

/** What a cache has done since the start. */
export interface CacheCounts {
  readonly size: number;
  readonly hits: number;
  readonly misses: number;
}

/** Reads of the database that are under way. */
interface Reading {
  /** Keys that were changed meanwhile: what is read of them may be old. */
  readonly overtaken: Set<string>;
}

/** What nodes tell each other of caches: something of this name was changed. */
interface CacheNews {
  cache: string;
  key: string;
}

/**
 * Keeps what was read from the database until it is forgotten or displaced. A value whose reading began before a
 * `forget` is handed to its caller but not kept, so a change is never hidden by a read that it overtook. What is
 * forgotten here is forgotten on every node.
 */
export class ReadThroughCache<Key extends string, Value extends object> implements CacheCounts {
  /** How often memory answered, and how often the database had to. */
  hits = 0;
  misses = 0;
  private readonly values: LRUCache<string, Value>;
  private readonly readings = new Map<string, Set<Reading>>();

  /**
   * @param name the same for the same cache on every node, and for no other
   * @param maxEntries the least recently used goes first
   */
  constructor(
    private readonly name: string,
    maxEntries: number,
    private readonly nodes: OtherNodes,
  ) {
    this.values = new LRUCache({ max: maxEntries });
    nodes.listen('cache', (message) => {
      const { cache, key } = message as CacheNews;
      if (cache === name) this.forgetHere(key);
    });
    nodes.listenForDoubt(() => {
      this.clear();
    });
  }

  get size(): number {
    return this.values.size;
  }

  /** The value of `key`, from memory or through `read`; `null` is not kept. */
  async get(key: Key, read: () => Promise<Value | null>): Promise<Value | null> {
    const known = this.known(key);
    if (known !== undefined) {
      this.hits += 1;
      return known;
    }
    this.misses += 1;
    return this.whileReading([key], async (keep) => {
      const value = await read();
      if (value !== null) keep(key, value);
      return value;
    });
  }

  /** The values of `keys`, those that are not in memory through one `read`; keys without a value are left out. */
  async getMany(
    keys: Iterable<Key>,
    read: (missing: Key[]) => Promise<Value[]>,
    keyOf: (value: Value) => Key,
  ): Promise<Map<Key, Value>> {
    const found = new Map<Key, Value>();
    const missing: Key[] = [];
    for (const key of new Set(keys)) {
      const known = this.known(key);
      if (known === undefined) missing.push(key);
      else found.set(key, known);
    }
    this.hits += found.size;
    this.misses += missing.length;
    if (missing.length === 0) return found;
    return this.whileReading(missing, async (keep) => {
      for (const value of await read(missing)) {
        found.set(keyOf(value), value);
        keep(keyOf(value), value);
      }
      return found;
    });
  }

  /** The value of `key` if it is in memory; nothing is read. */
  peek(key: Key): Value | undefined {
    return this.nodes.isCurrent ? this.values.peek(key) : undefined;
  }

  /** The change of `key` is in the database: the next `get` reads it. */
  forget(key: Key): void {
    this.forgetHere(key);
    this.tell(key);
  }

  /** The change of `key` is in the database, and known: what is in memory changes with it. */
  change(key: Key, change: (value: Value) => Value): void {
    this.overtake(key);
    const known = this.values.peek(key);
    if (known !== undefined) this.values.set(key, change(known));
    this.tell(key);
  }

  private known(key: Key): Value | undefined {
    return this.nodes.isCurrent ? this.values.get(key) : undefined;
  }

  private forgetHere(key: string): void {
    this.overtake(key);
    this.values.delete(key);
  }

  private tell(key: Key): void {
    this.nodes.tell('cache', { cache: this.name, key } satisfies CacheNews);
  }

  /** Everything may have been changed. */
  private clear(): void {
    for (const key of this.readings.keys()) this.overtake(key);
    this.values.clear();
  }

  private overtake(key: string): void {
    for (const reading of this.readings.get(key) ?? []) reading.overtaken.add(key);
  }

  private async whileReading<Result>(
    keys: readonly Key[],
    work: (keep: (key: Key, value: Value) => void) => Promise<Result>,
  ): Promise<Result> {
    const reading: Reading = { overtaken: new Set() };
    for (const key of keys) this.readings.set(key, (this.readings.get(key) ?? new Set()).add(reading));
    try {
      return await work((key, value) => {
        if (!reading.overtaken.has(key)) this.values.set(key, value);
      });
    } finally {
      for (const key of keys) this.endReading(key, reading);
    }
  }

  private endReading(key: Key, reading: Reading): void {
    const readings = this.readings.get(key);
    readings?.delete(reading);
    if (readings?.size === 0) this.readings.delete(key);
  }
}
