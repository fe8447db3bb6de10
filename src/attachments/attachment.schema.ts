import { Schema } from 'mongoose';

import type { AttachmentId, GroupId, MessageId, UserId } from '../common/ids.js';

/**
 * `storing`: room is kept for it, its bytes are on their way. `stored`: it can be read by whom it is for. `removing`: for
 * nobody any more; its bytes go next, and then this record.
 */
export type AttachmentState = 'storing' | 'stored' | 'removing';

/** An uploaded file as stored. Its bytes are in the storage, under keys that are made of `_id`. */
export interface AttachmentRecord {
  _id: AttachmentId;
  /** `null` for an avatar. */
  groupId: GroupId | null;
  uploaderId: UserId;
  fileName: string;
  contentType: string;
  /** Bytes that it takes of its uploader's quota; while it is `storing`, as many as it may become. */
  size: number;
  /** Hexadecimal; empty while it is `storing`. */
  sha256: string;
  width: number | null;
  height: number | null;
  /** `pending`: it is to be made. */
  thumbnail: 'none' | 'pending' | 'ready';
  /** Bytes; `null` until there is one. */
  thumbnailSize: number | null;
  state: AttachmentState;
  /** The message that took it. It may not be written yet, or never will be: then `reviewAt` is set. */
  messageId: MessageId | null;
  /** The `clientMessageId` of the send that took it. A repeat of that send, and no other, may take it over. */
  takenFor: string | null;
  createdAt: Date;
  /**
   * When the sweep has to look at it again: what was begun may have been broken off by then. `null`: everything about it
   * is settled.
   */
  reviewAt: Date | null;
}

export const attachmentModel = 'Attachment';

export const attachmentSchema = new Schema<AttachmentRecord>(
  {
    _id: { type: String, required: true },
    groupId: { type: String, default: null },
    uploaderId: { type: String, required: true },
    fileName: { type: String, required: true },
    contentType: { type: String, required: true },
    size: { type: Number, required: true },
    sha256: { type: String, default: '' },
    width: { type: Number, default: null },
    height: { type: Number, default: null },
    thumbnail: { type: String, required: true },
    thumbnailSize: { type: Number, default: null },
    state: { type: String, required: true },
    messageId: { type: String, default: null },
    takenFor: { type: String, default: null },
    createdAt: { type: Date, required: true },
    reviewAt: { type: Date, default: null },
  },
  { collection: 'attachments', versionKey: false },
);

// The files of some groups, newest first; what they come to by type.
attachmentSchema.index({ groupId: 1, _id: -1 });
// What a user has of his quota, from the index alone.
attachmentSchema.index({ uploaderId: 1, size: 1 });
// The files that a message took.
attachmentSchema.index({ messageId: 1 }, { partialFilterExpression: { messageId: { $type: 'string' } } });
// What the sweep has to look at.
attachmentSchema.index({ reviewAt: 1 }, { partialFilterExpression: { reviewAt: { $type: 'date' } } });
