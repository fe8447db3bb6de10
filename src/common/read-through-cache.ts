import { LRUCache } from 'lru-cache';

/**
 * Keeps what was read from the database until it is forgotten or displaced. A value whose reading began before a
 * `forget` is handed to its caller but not kept, so a change is never hidden by a read that it overtook.
 */
export class ReadThroughCache<Key extends string, Value extends object> {
  private readonly values: LRUCache<string, Value>;
  private generation = 0;

  /** @param maxEntries the least recently used goes first */
  constructor(maxEntries: number) {
    this.values = new LRUCache({ max: maxEntries });
  }

  /** The value of `key`, from memory or through `read`; `null` is not kept. */
  async get(key: Key, read: () => Promise<Value | null>): Promise<Value | null> {
    const known = this.values.get(key);
    if (known !== undefined) return known;
    const { generation } = this;
    const value = await read();
    if (value !== null && generation === this.generation) this.values.set(key, value);
    return value;
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
      const known = this.values.get(key);
      if (known === undefined) missing.push(key);
      else found.set(key, known);
    }
    if (missing.length === 0) return found;
    const { generation } = this;
    for (const value of await read(missing)) {
      found.set(keyOf(value), value);
      if (generation === this.generation) this.values.set(keyOf(value), value);
    }
    return found;
  }

  /** The value of `key` if it is in memory; nothing is read. */
  peek(key: Key): Value | undefined {
    return this.values.peek(key);
  }

  /** The change of `key` is in the database: the next `get` reads it. */
  forget(key: Key): void {
    this.generation += 1;
    this.values.delete(key);
  }
}
