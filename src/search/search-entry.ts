import type { GroupId, MessageId, UserId } from '../common/ids.js';
import type { SearchEntryRecord } from './search-entry.schema.js';
import { keysOf, termsOf } from './terms.js';

/** What an entry is made of. */
export interface IndexedMessage {
  groupId: GroupId;
  seq: number;
  rev: number;
  messageId: MessageId;
  senderId: UserId;
  createdAt: Date;
  /** `null` when it is deleted. */
  content: string | null;
  hasAttachment: boolean;
  /** Nothing was changed of it yet, so that it can have no entry of an earlier state. */
  isNew: boolean;
}

/** The key of a message's entry: its place. */
export function entryId(groupId: GroupId, seq: number): string {
  return `${groupId}:${String(seq)}`;
}

export function toSearchEntry({ content, isNew: _isNew, ...message }: IndexedMessage): SearchEntryRecord {
  const terms = content === null ? [] : termsOf(content);
  return {
    _id: entryId(message.groupId, message.seq),
    ...message,
    isDeleted: content === null,
    terms: terms.join(' '),
    keys: content === null ? [] : [senderKey(message.senderId), ...keysOf(terms)],
  };
}

/** What the entries of one sender have in common. No word has such a key: it is no letter that it begins with. */
export function senderKey(senderId: UserId): string {
  return `@${senderId}`;
}
