import { Clock } from '../../src/common/clock.js';

/** A clock that a test sets; it stands still in between. */
export class SettableClock extends Clock {
  private timeMs = Date.UTC(2026, 0, 1);

  override now(): Date {
    return new Date(this.timeMs);
  }

  advance(milliseconds: number): void {
    this.timeMs += milliseconds;
  }
}
