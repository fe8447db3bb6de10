import type { MessageView, OutgoingMessage, ProblemError } from '../../client/src/index.js';
import { dayKey } from './times.js';

/** A message that was sent from here and is not in the log: on its way, or refused for good. */
export interface UnsentMessage {
  message: OutgoingMessage;
  /** `null` while it is on its way. */
  problem: ProblemError | null;
}

export type TimelineItem =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'unread'; key: string }
  | { kind: 'message'; key: string; message: MessageView; isFirst: boolean; isOwn: boolean }
  | { kind: 'unsent'; key: string; unsent: UnsentMessage; isFirst: boolean };

export interface TimelineInput {
  /** By `seq`. */
  messages: readonly MessageView[];
  unsent: readonly UnsentMessage[];
  /** Where I had read up to when I came; `null` for no line. */
  readSeq: number | null;
  me: string;
}

/** Messages of one sender with less time between them stand together. */
const togetherMs = 5 * 60_000;

/** What a conversation shows, from top to bottom; keys stay the same as long as it is the same thing. */
export function timeline({ messages, unsent, readSeq, me }: TimelineInput): TimelineItem[] {
  const items: TimelineItem[] = [];
  let previous: MessageView | null = null;
  let isLineDue = readSeq !== null;
  for (const message of messages) {
    const isOwn = message.senderId === me;
    let isFirst = previous === null || !belongTogether(previous, message);
    if (previous === null || dayKey(previous.createdAt) !== dayKey(message.createdAt)) {
      items.push({ kind: 'day', key: `day ${dayKey(message.createdAt)}`, at: message.createdAt });
      isFirst = true;
    }
    if (isLineDue && readSeq !== null && message.seq > readSeq && !isOwn && !message.isDeleted) {
      items.push({ kind: 'unread', key: 'unread' });
      isLineDue = false;
      isFirst = true;
    }
    items.push({ kind: 'message', key: keyOf(message, me), message, isFirst, isOwn });
    previous = message;
  }
  // The same place on the page before and after the server has taken it: it keeps its key.
  const stored = new Set(items.map(({ key }) => key));
  for (const [index, one] of unsent.entries()) {
    const key = `sent ${one.message.clientMessageId}`;
    const isFirst = index === 0 && previous?.senderId !== me;
    if (!stored.has(key)) items.push({ kind: 'unsent', key, unsent: one, isFirst });
  }
  return items;
}

function keyOf({ id, senderId, clientMessageId }: MessageView, me: string): string {
  return senderId === me && clientMessageId !== null ? `sent ${clientMessageId}` : id;
}

function belongTogether(earlier: MessageView, later: MessageView): boolean {
  const isClose = Date.parse(later.createdAt) - Date.parse(earlier.createdAt) < togetherMs;
  return isClose && earlier.senderId === later.senderId;
}
