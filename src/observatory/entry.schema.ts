import { Schema } from 'mongoose';

import type { EntryType } from '../../contract/observatory.js';
import type { BlockRecord } from './blocks.js';
import type { ConversationId } from './observatory-ids.js';

/** One line of a conversation. Written past Mongoose; what it has not is left out. */
export interface EntryRecord {
  /** Made by `entryKeyOf`: whoever reads the line writes this one. */
  _id: string;
  conversationId: ConversationId;
  /** Where it stands among others: its time, or that of the line before it when that is later. */
  order: Date;
  /** File and line, for those of the same time. */
  place: string;
  /** Of its file's content when it was read: a file that was replaced has newer ones. */
  generation: number;
  type: EntryType;
  /** Where it is another than `type`. */
  lineType?: string;
  parentUuid?: string;
  role?: string;
  model?: string;
  messageId?: string;
  blocks: BlockRecord[];
  omittedBlocks?: number;
  at?: Date;
  isSidechain?: true;
  isMeta?: true;
  isError?: true;
}

export const entryModel = 'ObservatoryEntry';

export const entrySchema = new Schema<EntryRecord>(
  {
    _id: { type: String, required: true },
    conversationId: { type: String, required: true },
    order: { type: Date, required: true },
    place: { type: String, required: true },
    generation: { type: Number, required: true },
    type: { type: String, required: true },
    lineType: String,
    parentUuid: String,
    role: String,
    model: String,
    messageId: String,
    blocks: { type: Schema.Types.Mixed, required: true },
    omittedBlocks: Number,
    at: Date,
    isSidechain: Boolean,
    isMeta: Boolean,
    isError: Boolean,
  },
  { collection: 'observatory_entries', versionKey: false },
);

// The entries of a conversation in their order. The only index besides `_id`: each costs the first scan.
entrySchema.index({ conversationId: 1, order: 1, place: 1 });
