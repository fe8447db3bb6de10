import type { LogChange } from './log-change.js';

/** Early changes that are kept at most; what is beyond comes with `sync`. */
const maxEarly = 1000;

/**
 * Puts the live changes of a group's log in order. `rev` counts them without a hole, so a change is due when it is the
 * one after the last; one that was seen already is ignored, and one that comes early waits until the hole before it is
 * filled, by changes that were late or by {@link advance} after a `sync`.
 */
export class LogOrder {
  private readonly early = new Map<number, LogChange>();
  private highest: number;

  /** @param completeRev everything up to here is known */
  constructor(private completeRev: number) {
    this.highest = completeRev;
  }

  get rev(): number {
    return this.completeRev;
  }

  /** Whether something is known to be missing. */
  get hasHole(): boolean {
    return this.highest > this.completeRev;
  }

  /** Takes a change as it arrives; returns what is due now, in order. */
  offer(change: LogChange): LogChange[] {
    if (change.rev <= this.completeRev) return [];
    this.highest = Math.max(this.highest, change.rev);
    if (change.rev > this.completeRev + 1) {
      if (this.early.size < maxEarly) this.early.set(change.rev, change);
      return [];
    }
    this.completeRev = change.rev;
    return [change, ...this.takeDue()];
  }

  /** There is a change with this `rev`, wherever that is known from. */
  expect(rev: number): void {
    this.highest = Math.max(this.highest, rev);
  }

  /** Everything up to `rev` is known from elsewhere; returns the waiting changes that are due after that. */
  advance(rev: number): LogChange[] {
    if (rev > this.completeRev) this.completeRev = rev;
    this.highest = Math.max(this.highest, this.completeRev);
    for (const waiting of this.early.keys()) if (waiting <= this.completeRev) this.early.delete(waiting);
    return this.takeDue();
  }

  private takeDue(): LogChange[] {
    const due: LogChange[] = [];
    for (
      let next = this.early.get(this.completeRev + 1);
      next !== undefined;
      next = this.early.get(this.completeRev + 1)
    ) {
      this.early.delete(next.rev);
      this.completeRev = next.rev;
      due.push(next);
    }
    return due;
  }
}
