import { Schema } from 'mongoose';

import type { GroupId, MessageId, UserId } from '../common/ids.js';

/**
 * What one message is found by, by its words or by its time. Derived from the log, and never shown: what is found is read
 * from the log again. It may be late, but it is complete up to what `SearchProgressRecord` says.
 */
export interface SearchEntryRecord {
  /** Made by `entryId`: a message's place never changes, so whoever writes its entry writes the same one. */
  _id: string;
  groupId: GroupId;
  seq: number;
  /** The latest change of the message that the terms are of, or a newer one that left its text alone. */
  rev: number;
  messageId: MessageId;
  senderId: UserId;
  createdAt: Date;
  isDeleted: boolean;
  /** Absent in entries from before messages could carry files. */
  hasAttachment?: boolean;
  /**
   * In the order in which they first appear, with blanks between: many entries are read to rank a few, and a text is read
   * several times as fast as a list. Empty when it is deleted: the entry stays, so that a node that is late cannot bring
   * the words back.
   */
  terms: string;
  /** What the index has of it: beginnings of the terms, and who said it. None when it is deleted. */
  keys: string[];
}

export const searchEntryModel = 'SearchEntry';

/** Of more groups at once the database would not merge their parts of an index, but sort all their entries. */
export const maxGroupsMerged = 200;

/** Those that a query over many groups names, each explained below. */
export const indexes = {
  words: { groupId: 1, keys: 1, createdAt: 1, seq: 1 },
  times: { groupId: 1, createdAt: -1, messageId: -1 },
  senders: { senderId: 1, createdAt: -1, messageId: -1, groupId: 1 },
} as const;

export const searchEntrySchema = new Schema<SearchEntryRecord>(
  {
    _id: { type: String, required: true },
    groupId: { type: String, required: true },
    seq: { type: Number, required: true },
    rev: { type: Number, required: true },
    messageId: { type: String, required: true },
    senderId: { type: String, required: true },
    createdAt: { type: Date, required: true },
    isDeleted: { type: Boolean, required: true },
    hasAttachment: { type: Boolean },
    // Empty when there is no word in it.
    terms: { type: String, default: '' },
    keys: { type: [String], required: true },
  },
  { collection: 'search_entries', versionKey: false },
);

// The newest messages of some groups with a word, with a beginning of one, or of one sender: places and times from the
// index alone, in order, so that no more of it is read than is given out, however common the word is. It has two keys for
// each word of a message, which is why it is not an index of the messages themselves.
searchEntrySchema.index(indexes.words);
// The newest messages over all groups of a user, those of one group beside those of another.
searchEntrySchema.index(indexes.times, { partialFilterExpression: { isDeleted: false } });
// The messages that a user sent; the group stands in it so that those of groups he left are passed over unread.
searchEntrySchema.index(indexes.senders, { partialFilterExpression: { isDeleted: false } });
