import type { MessageView } from '../../contract/views.js';
import type { ClientEventMap } from './client-events.js';
import { GroupView, type AppliedChange } from './group-view.js';
import { callListener, type Unsubscribe } from './listeners.js';
import type { LogChange } from './log-change.js';
import type { Standing } from './standing.js';
import type { Timer } from './timers.js';
import { TypingList } from './typing-list.js';

export interface TrackerHooks {
  emit: <Name extends keyof ClientEventMap>(name: Name, payload: ClientEventMap[Name]) => void;
  /** Something is missing in this group's log. */
  wantSync: (groupId: string) => void;
  /** Only the list of groups can say where this group stands. */
  wantStanding: (groupId: string) => void;
  /** What is known of this message does not say which of its reactions are mine. */
  wantMessage: (groupId: string, messageId: string) => void;
  /** The view was dropped while someone looked at it: its messages are to be read again. */
  wantMessages: (groupId: string, count: number) => void;
}

/** A hole may close by itself, when a change comes over another node; a `sync` is asked for after this. */
const holeGraceMs = 100;

/** Changes that come before it is known where the group stands; `sync` brings what is beyond. */
const maxEarly = 1000;

/** One group of the user: its view, once it is known where the group stands, and who looks at it. */
export class GroupTracker {
  readonly typing: TypingList;
  private current: GroupView | null = null;
  private currentEpoch: string | null = null;
  /** Live changes from before the first standing. */
  private early: LogChange[] = [];
  private keep = 0;
  private holeTimer: Timer | undefined;
  private waiting: ((view: GroupView | null) => void)[] = [];
  private readonly listeners = new Set<() => void>();
  private isChangeDue = false;
  private hasEnded = false;

  constructor(
    readonly id: string,
    readonly me: string,
    private readonly hooks: TrackerHooks,
  ) {
    this.typing = new TypingList(() => {
      this.changed();
    });
  }

  /** `null` until it is known where the group stands. */
  get view(): GroupView | null {
    return this.current;
  }

  get epoch(): string | null {
    return this.currentEpoch;
  }

  /** Whether the user does not belong to the group any more. */
  get isLeft(): boolean {
    return this.hasEnded;
  }

  /** The view, as soon as there is one; `null` when the group turns out not to be the user's. */
  whenKnown(): Promise<GroupView | null> {
    if (this.current !== null || this.hasEnded) return Promise.resolve(this.current);
    return new Promise((resolve) => {
      this.waiting.push(resolve);
    });
  }

  /** From now on this many of the newest messages are kept, at least those that still come. */
  keepAtLeast(messages: number): void {
    this.keep = Math.max(this.keep, messages);
    this.current?.keepAtLeast(messages);
  }

  onChange(listener: () => void): Unsubscribe {
    const own = () => {
      listener();
    };
    this.listeners.add(own);
    return () => {
      this.listeners.delete(own);
    };
  }

  /** The server said where the group stands. */
  meet(standing: Standing): void {
    if (this.current !== null && this.currentEpoch === standing.epoch) {
      this.current.meet(standing);
      this.settle([]);
      return;
    }
    if (this.current !== null) this.drop();
    this.current = new GroupView(standing, this.me);
    this.current.keepAtLeast(this.keep);
    this.currentEpoch = standing.epoch;
    this.begin(this.current);
    for (const resolve of this.waiting.splice(0)) resolve(this.current);
  }

  /** A live change. */
  offer(change: LogChange): void {
    if (this.current !== null) this.settle(this.current.offer(change));
    else if (this.early.length < maxEarly) this.early.push(change);
  }

  /** The whole answer of a `sync`. */
  catchUp(changes: readonly LogChange[], rev: number): void {
    if (this.current !== null) this.settle(this.current.catchUp(changes, rev));
  }

  /** Some answer told of a change with this `rev`. */
  expect(rev: number): void {
    this.current?.expect(rev);
    this.settle([]);
  }

  moveReadMarker(seq: number): void {
    this.current?.count.moveMarker(seq);
    this.changed();
  }

  /** The server has taken a read marker: it can count from there now. */
  confirmReadMarker(seq: number): void {
    this.current?.count.moveMarker(seq);
    this.settle([]);
  }

  /** The log is another one: all that is known of it is dropped. */
  reset(): void {
    this.drop();
    this.hooks.wantStanding(this.id);
  }

  /** A message as the server gave it to me alone. */
  refine(message: MessageView): void {
    this.current?.window.refine(message);
    this.settle([]);
  }

  /** From now on changes are noted, for the answer of a request that begins now, until the result is called. */
  hold(): () => void {
    const { current } = this;
    current?.hold();
    return () => current?.release();
  }

  /** Something was changed in the view from outside. */
  touch(): void {
    this.settle([]);
  }

  /** The group is not the user's any more. */
  end(): void {
    this.hasEnded = true;
    this.stop();
    this.changed();
  }

  /** Nothing will come any more; what there is stays. */
  stop(): void {
    clearTimeout(this.holeTimer);
    this.typing.clear();
    for (const resolve of this.waiting.splice(0)) resolve(null);
  }

  private drop(): void {
    const shown = this.current?.window.size ?? 0;
    this.current = null;
    this.currentEpoch = null;
    this.early = [];
    this.hooks.emit('group_reset', { groupId: this.id });
    if (shown > 0) this.hooks.wantMessages(this.id, shown);
    this.changed();
  }

  /** Changes that came before the standing: those that it includes are told of all the same, since they were live. */
  private begin(view: GroupView): void {
    const early = this.early.splice(0).sort((a, b) => a.rev - b.rev);
    for (const change of early) {
      if (change.rev > view.rev) this.settle(view.offer(change));
      else if (change.kind === 'message')
        this.announce({ change, isNew: change.message.rev === change.rev, message: change.message });
    }
    this.settle([]);
  }

  private settle(applied: readonly AppliedChange[]): void {
    const { current } = this;
    if (current === null || this.hasEnded) return;
    for (const one of applied) {
      const shown = current.window.at(one.change.seq);
      if (shown?.reactions.some(({ mine }) => mine === null) === true) this.hooks.wantMessage(this.id, shown.id);
      this.announce(one);
    }
    if (current.wantsStanding) this.hooks.wantStanding(this.id);
    if (current.hasHole) this.watchHole();
    this.changed();
  }

  private watchHole(): void {
    this.holeTimer ??= setTimeout(() => {
      this.holeTimer = undefined;
      if (this.current?.hasHole === true && !this.hasEnded) this.hooks.wantSync(this.id);
    }, holeGraceMs);
  }

  private announce({ change, isNew, message }: AppliedChange): void {
    if (change.kind === 'deletion') {
      this.hooks.emit('message_deleted', change.deletion);
    } else if (message === null || message.isDeleted) {
      const { id: messageId, groupId, seq, rev } = change.message;
      this.hooks.emit('message_deleted', { messageId, groupId, seq, rev, deletedBy: null });
    } else if (isNew) {
      this.hooks.emit('new_message', { message });
    } else {
      const { reaction, pin } = change;
      this.hooks.emit('message_updated', { message, ...(reaction && { reaction }), ...(pin && { pin }) });
    }
  }

  /** Tells those who look at the group, once for all that happens in one go. */
  private changed(): void {
    if (this.isChangeDue || this.listeners.size === 0) return;
    this.isChangeDue = true;
    queueMicrotask(() => {
      this.isChangeDue = false;
      for (const listener of [...this.listeners]) callListener(listener);
    });
  }
}
