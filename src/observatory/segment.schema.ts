import { Schema } from 'mongoose';

import type { ConversationId, FileId } from './observatory-ids.js';

/** The rows of some lines of one file that belong to one conversation. */
export interface SegmentRecord {
  /** Made by `segmentIdOf`: what begins alike is of one stretch of one file. */
  _id: string;
  conversationId: ConversationId;
  sessionId: string;
  fileId: FileId;
  generation: number;
  /** Written by `packRows`. */
  rows: Uint8Array;
  /** Of each line, made by `lineKeyOf`. */
  keys: number[];
}

export const segmentModel = 'ObservatorySegment';

export const segmentSchema = new Schema<SegmentRecord>(
  {
    _id: { type: String, required: true },
    conversationId: { type: String, required: true },
    sessionId: { type: String, required: true },
    fileId: { type: String, required: true },
    generation: { type: Number, required: true },
    rows: { type: Buffer, required: true },
    keys: { type: [Number], required: true },
  },
  { collection: 'observatory_segments', versionKey: false },
);

// All rows of a conversation, for its numbers.
segmentSchema.index({ conversationId: 1, _id: 1 });
// The conversations in which a line stands of which a summary speaks. The only index with a key for each line.
segmentSchema.index({ keys: 1 });
