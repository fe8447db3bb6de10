import { limits } from '../../../contract/limits.js';
import type { GroupId } from '../../common/ids.js';
import { Problem } from '../../common/problem.js';

/** Something that waits its turn, for one group. */
interface Waiting {
  readonly groupId: GroupId;
}

/**
 * What waits for the writer: first come, first served within a group, and the groups take turns, so that a group that
 * floods delays another by one batch at most. Bounded: beyond that, senders are told to come back.
 */
export class WaitingLine<Item extends Waiting> {
  private readonly lines = new Map<GroupId, Item[]>();
  private count = 0;

  get length(): number {
    return this.count;
  }

  /** @throws Problem `unavailable` when too many wait */
  add(item: Item): void {
    const line = this.lines.get(item.groupId) ?? [];
    if (this.count >= limits.log.maxWaiting || line.length >= limits.log.maxWaitingPerGroup) {
      throw new Problem('unavailable', 'Too many messages are waiting to be stored.', { retryAfter: 1 });
    }
    line.push(item);
    this.lines.set(item.groupId, line);
    this.count += 1;
  }

  /** Puts items that could not be dealt with back to the front, in their order. */
  putBack(items: readonly Item[]): void {
    for (const [groupId, returned] of Map.groupBy(items, (item) => item.groupId)) {
      this.lines.set(groupId, [...returned, ...(this.lines.get(groupId) ?? [])]);
    }
    this.count += items.length;
  }

  /** Takes up to `max` items: one of each group, then a second of each, and so on. */
  take(max: number): Item[] {
    const taken: Item[] = [];
    for (let turn = 0; taken.length < max && turn < max; turn += 1) {
      const before = taken.length;
      for (const line of this.lines.values()) {
        const item = line[turn];
        if (item !== undefined && taken.length < max) taken.push(item);
      }
      if (taken.length === before) break;
    }
    this.drop(taken);
    return taken;
  }

  /** Takes out what `isOver` says need not wait any longer. */
  takeWhere(isOver: (item: Item) => boolean): Item[] {
    const over: Item[] = [];
    for (const line of this.lines.values()) over.push(...line.filter(isOver));
    this.drop(over);
    return over;
  }

  private drop(items: readonly Item[]): void {
    const gone = new Set(items);
    for (const groupId of new Set(items.map((item) => item.groupId))) {
      const rest = (this.lines.get(groupId) ?? []).filter((item) => !gone.has(item));
      // Taken out and put in again at the end: the groups that did not get their turn are first next time.
      this.lines.delete(groupId);
      if (rest.length > 0) this.lines.set(groupId, rest);
    }
    this.count -= items.length;
  }
}
