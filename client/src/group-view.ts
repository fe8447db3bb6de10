import type { MessageView } from '../../contract/views.js';
import type { LogChange } from './log-change.js';
import { LogOrder } from './log-order.js';
import { foldMessage } from './message-fold.js';
import { MessageWindow } from './message-window.js';
import type { Standing } from './standing.js';
import { UnreadCount } from './unread-count.js';

/** A change that was folded into a view, in the order of the log. */
export interface AppliedChange {
  change: LogChange;
  /** The message afterwards, when it is known. */
  message: MessageView | null;
  /** Whether this view had not had the message at all. */
  isNew: boolean;
}

/**
 * What is known of one group's log: how far it is complete, its newest messages, and how much is unread. Pure: events,
 * answers of `sync`, pages and standings go in, in whatever order the network brings them.
 */
export class GroupView {
  readonly window: MessageWindow;
  readonly count: UnreadCount;
  private readonly order: LogOrder;
  private endSeq: number;
  /** Messages to keep in the window; the rest leaves it at the lower end. */
  private keep = 0;
  /** A standing that is ahead of the log: it counts when the log is there. */
  private awaited: Standing | null = null;
  /** What was applied while someone holds on, for whatever was read from the server meanwhile. */
  private journal: LogChange[] = [];
  private holds = 0;

  /** @param me whose view it is */
  constructor(
    standing: Standing,
    private readonly me: string,
  ) {
    this.order = new LogOrder(standing.rev);
    this.endSeq = standing.lastSeq;
    this.window = new MessageWindow(standing.lastSeq + 1, me);
    this.count = new UnreadCount(this.window, me, standing.lastReadSeq);
    this.count.settle(standing, []);
  }

  /** Everything up to here is known. */
  get rev(): number {
    return this.order.rev;
  }

  get hasHole(): boolean {
    return this.order.hasHole;
  }

  /** The place of the newest message. */
  get lastSeq(): number {
    return this.endSeq;
  }

  /** Whether only a new standing can tell the exact count. */
  get wantsStanding(): boolean {
    return !this.count.isExact && this.awaited === null;
  }

  /** A live change. Returns what could be applied, in order: nothing while there is a hole before it. */
  offer(change: LogChange): AppliedChange[] {
    const applied = this.order.offer(change).flatMap((due) => this.apply([due]));
    this.settleAwaited();
    return applied;
  }

  /** A change with this `rev` is known to exist. */
  expect(rev: number): void {
    this.order.expect(rev);
  }

  /**
   * The whole answer of a `sync`, over all its pages.
   *
   * @param changes from where the log was complete or before that, each message once in its latest state
   * @param rev up to where they are complete
   */
  catchUp(changes: readonly LogChange[], rev: number): AppliedChange[] {
    const before = this.order.rev;
    const due = this.order.advance(rev);
    const news = changes.filter((change) => change.rev > before).sort((a, b) => a.rev - b.rev);
    const applied = [...this.apply(news), ...due.flatMap((change) => this.apply([change]))];
    this.settleAwaited();
    return applied;
  }

  /** What the server says of the group now or, when it is ahead of what is known here, will be true soon. */
  meet(standing: Standing): void {
    if (standing.rev <= this.rev) {
      this.count.settle(standing, this.journal);
      return;
    }
    if (this.awaited === null) this.hold();
    this.awaited = standing;
    this.order.expect(standing.rev);
  }

  /** Keep this many of the newest messages at least. */
  keepAtLeast(messages: number): void {
    this.keep = Math.max(this.keep, messages);
  }

  /** From now on changes are noted, for the answer of a request that begins now; {@link release} ends it. */
  hold(): void {
    this.holds += 1;
  }

  release(): void {
    this.holds -= 1;
    if (this.holds === 0) this.journal = [];
  }

  /**
   * A page of messages right before the window, read while the view was held. What changed since is folded in.
   *
   * @returns how many were added
   */
  addOlder(page: readonly MessageView[]): number {
    const messages = new Map(page.map((message) => [message.seq, message]));
    for (const change of this.journal) {
      const known = messages.get(change.seq);
      if (known !== undefined) messages.set(change.seq, foldMessage(known, change, this.me) ?? known);
    }
    const added = this.window.prepend([...messages.values()]);
    this.keepAtLeast(this.window.size);
    this.count.moveWithin(added, this.rev);
    return added.length;
  }

  /** @param changes by `rev` */
  private apply(changes: readonly LogChange[]): AppliedChange[] {
    const { endSeq } = this;
    const applied = changes.map((change): AppliedChange => {
      if (this.holds > 0) this.journal.push(change);
      const isNew = change.seq > endSeq;
      const known = isNew ? undefined : this.fold(change);
      return { change, isNew, message: known ?? foldMessage(undefined, change, this.me) ?? null };
    });
    this.append(applied.flatMap(({ isNew, message }) => (isNew && message !== null ? [message] : [])));
    return applied;
  }

  /** A change of a message that was there before; the message afterwards, when it is in the window. */
  private fold(change: LogChange): MessageView | undefined {
    if (change.seq < this.window.firstSeq) {
      this.count.noteBelow(change);
      return undefined;
    }
    this.count.noteWithin();
    return this.window.fold(change);
  }

  private append(messages: MessageView[]): void {
    const created = messages.sort((a, b) => a.seq - b.seq);
    const [first] = created;
    if (first === undefined) return;
    if (first.seq !== this.endSeq + 1) this.count.doubt();
    this.window.append(created);
    this.endSeq = this.window.firstSeq + this.window.size - 1;
    this.count.moveBelow(this.window.trim(this.keep), this.rev);
  }

  /** The standing that was ahead counts now, if the log is there. */
  private settleAwaited(): void {
    if (this.awaited === null || this.awaited.rev > this.rev) return;
    this.count.settle(this.awaited, this.journal);
    this.awaited = null;
    this.release();
  }
}
