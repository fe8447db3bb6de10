import { limits } from '../../contract/limits.js';
import type { MessageId } from '../common/ids.js';
import { Problem } from '../common/problem.js';

/**
 * Those who change one message take turns, each reading what the one before has written. So within this process none
 * of them is refused because another was faster; only another node can still be.
 */
export class Turns {
  /** For each message that is being changed, the end of the last turn that was asked for. */
  private readonly ends = new Map<MessageId, Promise<void>>();

  /** How many messages are being changed. */
  get size(): number {
    return this.ends.size;
  }

  /** @throws Problem `unavailable` when the turn does not come in time, and what `work` throws */
  async take<Result>(id: MessageId, work: () => Promise<Result>): Promise<Result> {
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
    late.reject(new Problem('unavailable', 'The message is being changed by many others.', { retryAfter: 1 }));
  }, limits.log.maxWaitMs);
  try {
    await Promise.race([turn, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
