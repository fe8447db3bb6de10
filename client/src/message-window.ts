import type { MessageView } from '../../contract/views.js';
import type { LogChange } from './log-change.js';
import { foldMessage } from './message-fold.js';

/**
 * The newest messages of a group, from some place to the end of its log, without a gap. So every reply to one of them is
 * here too, and how many there are is counted here: what the server said of it may be older or newer than the window.
 */
export class MessageWindow {
  private items: MessageView[] = [];

  /**
   * @param first the place where it begins; while it is empty, the place of the next new message
   * @param me whose view it is
   */
  constructor(
    private first: number,
    private readonly me: string,
  ) {}

  /** The place of the oldest message. */
  get firstSeq(): number {
    return this.first;
  }

  get size(): number {
    return this.items.length;
  }

  /** Ordered by `seq`, replies counted. The array is replaced when something changes, never changed itself. */
  get messages(): readonly MessageView[] {
    return this.items;
  }

  at(seq: number): MessageView | undefined {
    return this.items[seq - this.first];
  }

  /**
   * Adds new messages at the end. Their places follow each other; if they do not follow the window, something is wrong
   * with what the server said, and the window begins anew with them.
   *
   * @param created by `seq`
   */
  append(created: readonly MessageView[]): void {
    const [next] = created;
    if (next === undefined) return;
    if (next.seq === this.first + this.items.length) {
      this.show([...this.items, ...created]);
    } else {
      this.first = next.seq;
      this.show([...created]);
    }
  }

  /** Folds a change into the message that it is about; the message afterwards, or `undefined` when it is not here. */
  fold(change: LogChange): MessageView | undefined {
    const known = this.at(change.seq);
    if (known === undefined) return undefined;
    const folded = foldMessage(known, change, this.me);
    if (folded === undefined || folded === known) return known;
    this.show(this.items.with(change.seq - this.first, folded));
    return this.at(change.seq);
  }

  /** Takes a message as the server gave it to me alone, unless a newer state of it is here. */
  refine(message: MessageView): void {
    const known = this.at(message.seq);
    if (known === undefined || known.rev > message.rev) return;
    this.show(this.items.with(message.seq - this.first, message));
  }

  /** Adds older messages in front: those that end right before the window. Others are left out. */
  prepend(older: readonly MessageView[]): MessageView[] {
    const added: MessageView[] = [];
    let expected = this.first - 1;
    for (const message of older.toSorted((a, b) => b.seq - a.seq)) {
      if (message.seq !== expected) continue;
      added.unshift(message);
      expected -= 1;
    }
    this.first -= added.length;
    this.show([...added, ...this.items]);
    return added;
  }

  /** Drops the oldest messages beyond `keep`, and returns them. */
  trim(keep: number): MessageView[] {
    const surplus = this.items.length - keep;
    if (surplus <= 0) return [];
    const dropped = this.items.slice(0, surplus);
    this.items = this.items.slice(surplus);
    this.first += surplus;
    return dropped;
  }

  private show(items: MessageView[]): void {
    this.items = withThreadCounts(items);
  }
}

/** The same messages, each with the number of those that reply to it and are not deleted. */
function withThreadCounts(items: MessageView[]): MessageView[] {
  const counts = new Map<string, number>();
  for (const { replyToId, isDeleted } of items) {
    if (replyToId !== null && !isDeleted) counts.set(replyToId, (counts.get(replyToId) ?? 0) + 1);
  }
  return items.map((message) => {
    const threadCount = counts.get(message.id) ?? 0;
    return message.threadCount === threadCount ? message : { ...message, threadCount };
  });
}
