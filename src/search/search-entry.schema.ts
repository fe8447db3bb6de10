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
  /** None when it is deleted: the entry stays, so that a node that is late cannot bring the words back. */
  terms: string[];
}

export const searchEntryModel = 'SearchEntry';

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
    terms: { type: [String], required: true },
  },
  { collection: 'search_entries', versionKey: false },
);

// The newest messages of some groups with a word, or a beginning of one: places and times from the index alone. This is
// as many keys as a message has words, which is why it is not an index of the messages themselves.
searchEntrySchema.index({ groupId: 1, terms: 1, createdAt: 1, seq: 1 });
// The newest messages over all groups of a user, those of one group beside those of another.
searchEntrySchema.index(
  { groupId: 1, createdAt: -1, messageId: -1 },
  { partialFilterExpression: { isDeleted: false } },
);
// The messages that a user sent; the group stands in it so that those of groups he left are passed over unread.
searchEntrySchema.index(
  { senderId: 1, createdAt: -1, messageId: -1, groupId: 1 },
  { partialFilterExpression: { isDeleted: false } },
);
