import type { SendMessageRequest } from '../../contract/requests.js';
import type { MessageView } from '../../contract/views.js';
import type { GroupTracker } from './group-tracker.js';
import type { Unsubscribe } from './listeners.js';
import type { OutgoingMessage } from './outbox.js';

/** What a group can have done with it, apart from being looked at. */
export interface GroupActions {
  send: (groupId: string, request: SendMessageRequest) => Promise<MessageView>;
  pendingOf: (groupId: string) => readonly OutgoingMessage[];
  loadOlder: (tracker: GroupTracker, count: number) => Promise<number>;
  markRead: (tracker: GroupTracker, seq: number) => Promise<void>;
  setTyping: (groupId: string, isTyping: boolean) => void;
}

/** A group as its reader sees it: kept up to date, in order and complete, until the client is closed. */
export class Group {
  constructor(
    private readonly tracker: GroupTracker,
    private readonly actions: GroupActions,
  ) {}

  get id(): string {
    return this.tracker.id;
  }

  /**
   * The newest messages, by `seq`, without a gap: those that came since the group was asked for, and those that
   * {@link loadOlder} brought. Deleted ones are among them, with `isDeleted` and without content. Another array
   * whenever something has changed.
   */
  get messages(): readonly MessageView[] {
    return this.tracker.view?.window.messages ?? [];
  }

  /** Whether there are messages before {@link messages}. */
  get hasOlder(): boolean {
    const { view } = this.tracker;
    return view === null ? !this.tracker.isLeft : view.window.firstSeq > 1;
  }

  /** Messages that were sent from here and are not acknowledged yet, in order. */
  get pending(): readonly OutgoingMessage[] {
    return this.actions.pendingOf(this.id);
  }

  /** Messages by others, not deleted, that I have not read: at most 999. */
  get unread(): number {
    return this.tracker.view?.count.unread ?? 0;
  }

  /** Whether there are more than {@link unread} says. */
  get isUnreadCapped(): boolean {
    return this.tracker.view?.count.isCapped ?? false;
  }

  /** Those among the unread that mention me, or everyone. */
  get mentions(): number {
    return this.tracker.view?.count.mentions ?? 0;
  }

  /** Up to where I have read. */
  get lastReadSeq(): number {
    return this.tracker.view?.count.readSeq ?? 0;
  }

  /** The place of the newest message. */
  get lastSeq(): number {
    return this.tracker.view?.lastSeq ?? 0;
  }

  /** Whether there are changes that are known of and not here yet: the client is catching up, or cannot for the moment. */
  get isBehind(): boolean {
    return this.tracker.view?.hasHole ?? !this.tracker.isLeft;
  }

  /** Ids of the users that are typing now, without me. */
  get typing(): readonly string[] {
    return this.tracker.typing.userIds;
  }

  /** Whether I do not belong to the group any more. */
  get isLeft(): boolean {
    return this.tracker.isLeft;
  }

  /**
   * Sends a message, now or when there is a connection again, after those that were sent here before.
   *
   * @returns the message as it was stored
   * @throws ProblemError what refused it for good, `queue_full`, or `closed`
   */
  send(content: string, more: Omit<SendMessageRequest, 'content'> = {}): Promise<MessageView> {
    return this.actions.send(this.id, { ...more, content });
  }

  /**
   * Reads up to `count` older messages.
   *
   * @returns how many there were
   * @throws ProblemError
   */
  loadOlder(count = 50): Promise<number> {
    return this.actions.loadOlder(this.tracker, count);
  }

  /**
   * Everything up to `seq` has been read; by default, all there is. The marker never moves back.
   *
   * @throws ProblemError when the server refuses it for good
   */
  markRead(seq = this.lastSeq): Promise<void> {
    return this.actions.markRead(this.tracker, seq);
  }

  /** Tells the others that I am typing, or not any more. Call it with each key; it is sent when it is needed. */
  setTyping(isTyping = true): void {
    this.actions.setTyping(this.id, isTyping);
  }

  /** @param listener called after something of the group has changed, once for all that changed in one go */
  onChange(listener: () => void): Unsubscribe {
    return this.tracker.onChange(listener);
  }
}
