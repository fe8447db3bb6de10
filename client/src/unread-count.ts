import { limits } from '../../contract/limits.js';
import type { MessageView } from '../../contract/views.js';
import type { LogChange } from './log-change.js';
import type { MessageWindow } from './message-window.js';
import type { Standing } from './standing.js';

export interface Count {
  unread: number;
  mentions: number;
}

const none: Count = { unread: 0, mentions: 0 };

/**
 * How much of a group is unread: messages by others, not deleted, above the read marker. In the window they are counted;
 * what lies below it is known from the server's counts, as {@link Standing}, and from what changed since. When a change
 * below the window could go either way, the count {@link isExact} no more until the next standing.
 */
export class UnreadCount {
  private below: Count = none;
  private exact = false;
  private capped = false;

  constructor(
    private readonly window: MessageWindow,
    private readonly me: string,
    private marker: number,
  ) {}

  /** Up to where I have read. */
  get readSeq(): number {
    return this.marker;
  }

  get isExact(): boolean {
    return this.exact;
  }

  /** Whether there are more than {@link unread} says. */
  get isCapped(): boolean {
    return this.capped || this.total.unread > limits.unread.maxCount;
  }

  get unread(): number {
    return this.capped ? limits.unread.maxCount : Math.min(this.total.unread, limits.unread.maxCount);
  }

  get mentions(): number {
    return Math.min(this.total.mentions, limits.unread.maxCount);
  }

  /** The read marker moves; never back. */
  moveMarker(seq: number): void {
    if (seq <= this.marker) return;
    this.marker = seq;
    if (!this.settleByWindow()) this.exact = false;
  }

  /** A change of a message that lies below the window, and is not a new one. */
  noteBelow(change: LogChange): void {
    if (change.seq > this.marker && !leavesCountAlone(change, this.me)) this.exact = false;
  }

  /** Something does not add up: the next standing tells. */
  doubt(): void {
    this.exact = false;
  }

  /** A message in the window changed. */
  noteWithin(): void {
    if (this.capped) this.exact = false;
  }

  /** Messages left the window at its lower end; `rev` as in {@link moveWithin}. */
  moveBelow(messages: readonly MessageView[], rev: number): void {
    for (const message of messages) {
      if (message.rev > rev) this.exact = false;
      this.below = plus(this.below, this.weigh(message));
    }
  }

  /**
   * Messages came into the window at its lower end.
   *
   * @param rev up to where the log is known; what is said of the rest counts that state
   */
  moveWithin(messages: readonly MessageView[], rev: number): void {
    for (const message of messages) {
      if (message.rev > rev) this.exact = false;
      this.below = minus(this.below, this.weigh(message));
    }
    this.settleByWindow();
  }

  /**
   * Counts anew from what the server said. The log is known at least up to its `rev`.
   *
   * @param later what changed in the log after the standing, as far as it was noted
   */
  settle(standing: Standing, later: readonly LogChange[]): void {
    this.marker = Math.max(this.marker, standing.lastReadSeq);
    if (this.settleByWindow()) return;
    this.exact = false;
    // The server had not heard of my marker yet.
    if (standing.lastReadSeq < this.marker) return;
    const count = this.countBelow(standing, later);
    if (count === null) return;
    this.below = count;
    this.capped = standing.unreadCapped;
    this.exact = true;
  }

  /** `null` when the state at the time of the standing cannot be told any more. */
  private countBelow(standing: Standing, later: readonly LogChange[]): Count | null {
    let count: Count = { unread: standing.unreadCount, mentions: standing.mentionCount };
    for (const message of this.unreadWindow()) {
      if (message.seq > standing.lastSeq) break;
      if (message.rev > standing.rev) return null;
      count = minus(count, this.weigh(message));
    }
    /** What came after the standing and is not in the window (any more), in its latest state. */
    const created = new Map<number, LogChange>();
    for (const change of later) {
      const { seq, rev } = change;
      if (rev <= standing.rev || seq >= this.window.firstSeq || seq <= this.marker) continue;
      if (seq > standing.lastSeq) created.set(seq, change);
      else if (!leavesCountAlone(change, this.me)) return null;
    }
    for (const change of created.values()) {
      if (change.kind === 'message') count = plus(count, this.weigh(change.message));
    }
    return count;
  }

  /** When the window reaches down to the marker, nothing below it counts. */
  private settleByWindow(): boolean {
    if (this.marker < this.window.firstSeq - 1) return false;
    this.below = none;
    this.exact = true;
    this.capped = false;
    return true;
  }

  private get total(): Count {
    return this.unreadWindow().reduce((count, message) => plus(count, this.weigh(message)), this.below);
  }

  private unreadWindow(): readonly MessageView[] {
    const { messages, firstSeq } = this.window;
    return this.marker < firstSeq ? messages : messages.slice(this.marker + 1 - firstSeq);
  }

  /** What a message adds to the count. */
  private weigh({ seq, senderId, isDeleted, mentions, mentionsEveryone }: MessageView): Count {
    if (seq <= this.marker || isDeleted || senderId === this.me) return none;
    return { unread: 1, mentions: mentionsEveryone || mentions.includes(this.me) ? 1 : 0 };
  }
}

/** Whether a change of a message that was there before cannot have changed what it adds to the count. */
function leavesCountAlone(change: LogChange, me: string): boolean {
  if (change.kind === 'deletion') return false;
  return change.reaction !== undefined || change.pin !== undefined || change.message.senderId === me;
}

function plus(a: Count, b: Count): Count {
  return { unread: a.unread + b.unread, mentions: a.mentions + b.mentions };
}

function minus(a: Count, b: Count): Count {
  return { unread: Math.max(0, a.unread - b.unread), mentions: Math.max(0, a.mentions - b.mentions) };
}
