import type { MessageUpdatedPayload } from '../../contract/events.js';
import type { MessageView, ReactionView } from '../../contract/views.js';
import { changeOfDeletion, changeOfMessage, type LogChange } from './log-change.js';
import type { Standing } from './standing.js';

/** One change of the log; `target` names a message by its place among those that there are, round about. */
export type LogStep =
  | { do: 'create'; by: string; mentions: readonly string[]; replyTo?: number | null }
  | { do: 'edit'; target: number }
  | { do: 'delete'; target: number }
  | { do: 'restore'; target: number }
  | { do: 'pin'; target: number; by: string }
  | { do: 'react'; target: number; by: string; emoji: string };

interface StoredMessage extends Omit<MessageView, 'reactions'> {
  reactions: { emoji: string; userIds: string[] }[];
  hiddenContent: string;
  hiddenMentions: string[];
}

/** A group's log as a server keeps it: the oracle of the tests. Knows its state after every change. */
export class GroupLogFixture {
  readonly epoch = 'epoch';
  /** The live event of each change: number n stands at n - 1. */
  readonly live: LogChange[] = [];
  private readonly states: StoredMessage[][] = [[]];

  constructor(
    readonly me: string,
    steps: readonly LogStep[] = [],
  ) {
    for (const step of steps) this.take(step);
  }

  get rev(): number {
    return this.live.length;
  }

  /** Does one thing to the log, if it can be done. */
  take(step: LogStep): void {
    const before = this.states[this.rev] ?? [];
    const rev = this.rev + 1;
    const at = new Date(rev * 1000).toISOString();
    if (step.do === 'create') {
      const message = storedMessage(before.length + 1, rev, at, step.by, [...step.mentions]);
      const { replyTo = null } = step;
      message.replyToId = replyTo === null ? null : (before[replyTo % Math.max(1, before.length)]?.id ?? null);
      this.push([...before, message], changeOfMessage(this.viewOf(message, null)));
      return;
    }
    const known = before[step.target % Math.max(1, before.length)];
    const change = known && changed(known, step);
    if (known === undefined || change === undefined) return;
    const message: StoredMessage = { ...known, ...change.fields, rev, updatedAt: at };
    if (step.do === 'delete') message.deletedAt = at;
    const state = before.map((other) => (other === known ? message : other));
    const { id: messageId, groupId, seq, senderId: deletedBy } = message;
    this.push(
      state,
      step.do === 'delete'
        ? changeOfDeletion({ messageId, groupId, seq, rev, deletedBy }, at)
        : changeOfMessage({ ...this.viewOf(message, null), threadCount: null }, change),
    );
  }

  /** All messages as the reader sees them when the log was at `rev`. */
  messagesAt(rev: number): MessageView[] {
    const state = this.states[rev] ?? [];
    return state.map((message) => {
      const replies = state.filter(({ replyToId, isDeleted }) => replyToId === message.id && !isDeleted);
      return { ...this.viewOf(message, this.me), threadCount: replies.length };
    });
  }

  lastSeqAt(rev: number): number {
    return this.states[rev]?.length ?? 0;
  }

  /** What `sync` answers at `rev`, over all its pages. */
  changesSince(since: number, rev: number): LogChange[] {
    const changes = this.messagesAt(rev).filter((message) => message.rev > since);
    return changes.sort((a, b) => a.rev - b.rev).map((message) => changeOfMessage(message));
  }

  pageAt(rev: number, before: number, limit: number): MessageView[] {
    const older = this.messagesAt(rev).filter(({ seq }) => seq < before);
    return older.reverse().slice(0, limit);
  }

  standingAt(rev: number, lastReadSeq: number): Standing {
    const unread = this.messagesAt(rev).filter(
      ({ seq, senderId, isDeleted }) => seq > lastReadSeq && senderId !== this.me && !isDeleted,
    );
    return {
      epoch: this.epoch,
      rev,
      lastSeq: this.lastSeqAt(rev),
      lastReadSeq,
      unreadCount: unread.length,
      unreadCapped: false,
      mentionCount: unread.filter(({ mentions }) => mentions.includes(this.me)).length,
    };
  }

  private push(state: StoredMessage[], change: LogChange): void {
    this.states.push(state);
    this.live.push(change);
  }

  /** @param reader `null`: for everyone alike */
  private viewOf(message: StoredMessage, reader: string | null): MessageView {
    const { hiddenContent, hiddenMentions, reactions, ...rest } = message;
    const views = reactions.map(({ emoji, userIds }): ReactionView => ({
      emoji,
      count: userIds.length,
      mine: reader === null ? null : userIds.includes(reader),
    }));
    return {
      ...rest,
      content: rest.isDeleted ? null : hiddenContent,
      mentions: rest.isDeleted ? [] : hiddenMentions,
      reactions: rest.isDeleted ? [] : views,
      isPinned: !rest.isDeleted && rest.isPinned,
      status: reader === rest.senderId ? 'sent' : null,
    };
  }
}

function storedMessage(seq: number, rev: number, at: string, by: string, mentions: string[]): StoredMessage {
  return {
    id: `message-${seq}`,
    groupId: 'group',
    seq,
    rev,
    senderId: by,
    sender: { id: by, username: by, displayName: by, avatarUrl: null },
    content: null,
    hiddenContent: `text ${seq}`,
    mentions: [],
    mentionsEveryone: false,
    hiddenMentions: mentions,
    clientMessageId: null,
    replyToId: null,
    threadCount: 0,
    attachments: [],
    reactions: [],
    isPinned: false,
    isEdited: false,
    editedAt: null,
    isDeleted: false,
    deletedAt: null,
    status: null,
    createdAt: at,
    updatedAt: at,
  };
}

interface Change extends Omit<MessageUpdatedPayload, 'message'> {
  fields: Partial<StoredMessage>;
}

/** `undefined` when there is nothing to do. */
function changed(known: StoredMessage, step: Exclude<LogStep, { do: 'create' }>): Change | undefined {
  switch (step.do) {
    case 'edit':
      if (known.isDeleted) return undefined;
      return { fields: { hiddenContent: `${known.hiddenContent}!`, hiddenMentions: [], isEdited: true } };
    case 'delete':
      return known.isDeleted ? undefined : { fields: { isDeleted: true } };
    case 'restore':
      return known.isDeleted ? { fields: { isDeleted: false, deletedAt: null } } : undefined;
    case 'pin':
      if (known.isDeleted) return undefined;
      return { fields: { isPinned: !known.isPinned }, pin: { userId: step.by, isPinned: !known.isPinned } };
    case 'react':
      return known.isDeleted ? undefined : toggled(known, step.by, step.emoji);
  }
}

function toggled({ reactions }: StoredMessage, userId: string, emoji: string): Change {
  const before = reactions.find((one) => one.emoji === emoji) ?? { emoji, userIds: [] };
  const isAdded = !before.userIds.includes(userId);
  const userIds = isAdded ? [...before.userIds, userId] : before.userIds.filter((id) => id !== userId);
  const after = { emoji, userIds };
  const others = reactions.includes(before)
    ? reactions.map((one) => (one === before ? after : one))
    : [...reactions, after];
  return {
    fields: { reactions: others.filter((one) => one.userIds.length > 0) },
    reaction: { userId, emoji, isAdded },
  };
}
