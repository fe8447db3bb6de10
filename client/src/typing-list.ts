import { limits } from '../../contract/limits.js';
import type { Timer } from './timers.js';

/** Longer than the server lets typing live, since its word that it ended may be late; it may also be lost. */
const expiresAfterMs = limits.typing.expiresAfterMs + 1000;

/** Who is typing in a group, other than me. */
export class TypingList {
  private ids: readonly string[] = [];
  private timer: Timer | undefined;

  constructor(private readonly onChange: () => void) {}

  get userIds(): readonly string[] {
    return this.ids;
  }

  /** @param userIds everyone who is typing now */
  set(userIds: readonly string[]): void {
    clearTimeout(this.timer);
    if (userIds.length > 0)
      this.timer = setTimeout(() => {
        this.set([]);
      }, expiresAfterMs);
    if (userIds.length === 0 && this.ids.length === 0) return;
    this.ids = userIds;
    this.onChange();
  }

  clear(): void {
    this.set([]);
  }
}
