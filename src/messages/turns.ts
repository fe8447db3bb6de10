import { limits } from '../../contract/limits.js';
import { Problem } from '../common/problem.js';

/**
 * Those who change one thing take turns, each reading what the one before has written. So within this process none of
 * them is refused because another was faster; only another node can still be.
 */
export class Turns<Id extends string> {
  /** For each thing that is being changed, the end of the last turn that was asked for. */
  private readonly ends = new Map<Id, Promise<void>>();

  /** How many things are being changed. */
  get size(): number {
    return this.ends.size;
  }

  /** @throws Problem `unavailable` when the turn does not come in time, and what `work` throws */
  async take<Result>(id: Id, work: () => Promise<Result>): Promise<Result> {
    const before = this.ends.get(id);
    const mine = Promise.withResolvers<undefined>();
    const end = (before ?? Promise.resolve()).then(() => mine.promise);
    this.ends.set(id, end);
    void end.then(() => {
      if (this.ends.get(id) === end) this.ends.delete(id);
    });
    try {
      if (before !== undefined) await inTime(before);
      return await work();
    } finally {
      mine.resolve(undefined);
    }
  }
}

async function inTime(turn: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new Problem('unavailable', 'It is being changed by many others.', { retryAfter: 1 }));
  }, limits.log.maxWaitMs);
  try {
    await Promise.race([turn, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
