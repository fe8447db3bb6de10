import { LRUCache } from 'lru-cache';

/** Reads of the database that are under way. */
interface Reading {
  /** Keys that were changed meanwhile: what is read of them may be old. */
  readonly overtaken: Set<string>;
}

/**
 * Keeps what was read from the database until it is forgotten or displaced. A value whose reading began before a
 * `forget` is handed to its caller but not kept, so a change is never hidden by a read that it overtook.
 */
export class ReadThroughCache<Key extends string, Value extends object> {
  private readonly values: LRUCache<string, Value>;
  private readonly readings = new Map<string, Set<Reading>>();

  /** @param maxEntries the least recently used goes first */
  constructor(maxEntries: number) {
    this.values = new LRUCache({ max: maxEntries });
  }

  /** The value of `key`, from memory or through `read`; `null` is not kept. */
  async get(key: Key, read: () => Promise<Value | null>): Promise<Value | null> {
    const known = this.values.get(key);
    if (known !== undefined) return known;
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
      const known = this.values.get(key);
      if (known === undefined) missing.push(key);
      else found.set(key, known);
    }
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
    return this.values.peek(key);
  }

  /** The change of `key` is in the database: the next `get` reads it. */
  forget(key: Key): void {
    this.overtake(key);
    this.values.delete(key);
  }

  /** The change of `key` is in the database, and known: what is in memory changes with it. */
  change(key: Key, change: (value: Value) => Value): void {
    this.overtake(key);
    const known = this.values.peek(key);
    if (known !== undefined) this.values.set(key, change(known));
  }

  private overtake(key: Key): void {
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
