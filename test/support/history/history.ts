import type { MessageView } from '../../../contract/views.js';

/** What a client did or saw, and what it knew of it then. The place in the history is the time. */
export type HistoryEntry =
  /** Someone begins to send; several entries with one `clientMessageId` are repeats of one message. */
  | { kind: 'send'; userId: string; groupId: string; clientMessageId: string; content: string }
  /** A send was acknowledged. */
  | { kind: 'sent'; userId: string; clientMessageId: string; message: MessageView }
  /** A live event about a message reached a client, or one of the changes that it caught up on. */
  | { kind: 'received'; userId: string; clientId: string; groupId: string; messageId: string; seq: number; rev: number }
  /** From here on what is accepted must not reach a user: a removal was acknowledged. */
  | { kind: 'removed'; userId: string; groupId: string }
  /** He is being let in again. */
  | { kind: 'readmitted'; userId: string; groupId: string };

/** How a group stands at the end. */
export interface FinalGroup {
  groupId: string;
  /** Read afresh, over REST, in the order of their places. */
  log: readonly MessageView[];
  /** What each client has made of what it received, by its id. */
  views: ReadonlyMap<string, readonly MessageView[]>;
  /** For each reader, what the server counts, and what there is to count. */
  unread: readonly { userId: string; lastReadSeq: number; unreadCount: number }[];
}

/** Collects what the clients of one test do and see, in the order in which this process learns of it. */
export class History {
  readonly entries: HistoryEntry[] = [];

  add(entry: HistoryEntry): void {
    this.entries.push(entry);
  }
}
