import { Schema } from 'mongoose';

import type { AttachmentId, GroupId, MessageId, UserId } from '../common/ids.js';
import type { everyone } from './mentions.js';

/** A former text and when it was replaced. */
export interface MessageVersion {
  content: string;
  replacedAt: Date;
}

/** Who reacted with one emoji, in the order of their doing so. */
export interface MessageReaction {
  emoji: string;
  userIds: UserId[];
}

/** What a message keeps of a file that it carries: all that is shown of it, so that reading messages asks for no other. */
export interface MessageAttachment {
  id: AttachmentId;
  fileName: string;
  contentType: string;
  /** Bytes. */
  size: number;
  sha256: string;
  width: number | null;
  height: number | null;
  hasThumbnail: boolean;
  createdAt: Date;
}

/** An entry in a group's log, as stored. */
export interface MessageRecord {
  _id: MessageId;
  groupId: GroupId;
  /** Its place in the group, given once. */
  seq: number;
  /** The place of its latest change. */
  rev: number;
  /**
   * Every place that it has ever had as `rev`, the latest {@link keptRevs} of them. A number that a change moves away
   * from stays taken: were it free again, a node that has not seen the change could give it to another message, behind
   * what clients have already caught up to.
   */
  revs: number[];
  /**
   * Which operations changed it, the latest {@link keptChangeIds} of them. A writer that lost the answer to a change
   * finds by it whether the change was made; another node may have made one at the same place.
   */
  changeIds: string[];
  senderId: UserId;
  /** As the sender gave it; nothing when the message was erased. */
  clientMessageId: string | null;
  /** Made of it by `sendKeyOf`, and kept: what a repeated send is known by. */
  sendKey: string | null;
  content: string;
  replyToId: MessageId | null;
  mentions: (UserId | typeof everyone)[];
  /** Absent in a message that never had one, as most are. */
  attachments?: MessageAttachment[];
  reactions: MessageReaction[];
  versions: MessageVersion[];
  createdAt: Date;
  updatedAt: Date;
  editedAt: Date | null;
  deletedAt: Date | null;
  deletedBy: UserId | null;
  /** When it was deleted for good. Then there is no text any more, and nobody restores it. */
  erasedAt: Date | null;
  /** A deleted message keeps its pin, which shows again when it is restored. */
  pinnedAt: Date | null;
}

/** A message as lists read it: without what only its own changes need, up to 2 MB of a message edited often. */
export type ListedMessage = Omit<MessageRecord, keyof typeof notListed>;

/** What {@link ListedMessage} goes without, as a projection. */
export const notListed = { versions: 0, changeIds: 0 } as const;

/**
 * How many former places a message keeps. A node could take a place that was dropped from here only if it had missed a
 * thousand later changes of the group, and each number that it tries on the way is refused.
 */
export const keptRevs = 1000;

/** More changes than other nodes make of one message between a lost answer and the look at what became of it. */
export const keptChangeIds = 20;

export const messageModel = 'Message';

export const messageSchema = new Schema<MessageRecord>(
  {
    _id: { type: String, required: true },
    groupId: { type: String, required: true },
    seq: { type: Number, required: true },
    rev: { type: Number, required: true },
    revs: { type: [Number], required: true },
    changeIds: { type: [String], required: true },
    senderId: { type: String, required: true },
    clientMessageId: { type: String, default: null },
    sendKey: { type: String, default: null },
    // Empty when it was erased.
    content: { type: String, default: '' },
    replyToId: { type: String, default: null },
    mentions: { type: [String], required: true },
    attachments: {
      type: [
        {
          _id: false,
          id: String,
          fileName: String,
          contentType: String,
          size: Number,
          sha256: String,
          width: Number,
          height: Number,
          hasThumbnail: Boolean,
          createdAt: Date,
        },
      ],
      default: undefined,
    },
    reactions: { type: [{ _id: false, emoji: String, userIds: [String] }], required: true },
    versions: { type: [{ _id: false, content: String, replacedAt: Date }], required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
    editedAt: { type: Date, default: null },
    deletedAt: { type: Date, default: null },
    deletedBy: { type: String, default: null },
    erasedAt: { type: Date, default: null },
    pinnedAt: { type: Date, default: null },
  },
  { collection: 'messages', versionKey: false },
);

// One message a place; history pages, the log's end, unread counts.
messageSchema.index({ groupId: 1, seq: 1 }, { unique: true });
// One message a change: two nodes cannot both take a number.
messageSchema.index({ groupId: 1, revs: 1 }, { unique: true });
// What changed since; the log's latest change.
messageSchema.index({ groupId: 1, rev: 1 });
// A repeated send finds the first one.
messageSchema.index(
  { groupId: 1, sendKey: 1 },
  { unique: true, partialFilterExpression: { sendKey: { $type: 'string' } } },
);
// Unread mentions of someone who is far behind; only messages that mention someone are in it.
messageSchema.index(
  { groupId: 1, mentions: 1, seq: 1 },
  { partialFilterExpression: { 'mentions.0': { $exists: true } } },
);
// The replies to a message, by place; how many there are, from the index alone. (A message is of one group: its id comes
// first, so that those of many groups can be counted at once. The planner does not take a string for a `$type: string`.)
messageSchema.index(
  { replyToId: 1, groupId: 1, seq: 1, deletedAt: 1 },
  { partialFilterExpression: { replyToId: { $gt: '' } } },
);
// How many are deleted, for operators; only those are in it.
messageSchema.index({ deletedAt: 1 }, { name: 'deleted', partialFilterExpression: { deletedAt: { $type: 'date' } } });
// The pinned messages of a group, newest pin first; how many there are.
messageSchema.index(
  { groupId: 1, pinnedAt: -1, seq: -1 },
  { partialFilterExpression: { pinnedAt: { $type: 'date' } } },
);
