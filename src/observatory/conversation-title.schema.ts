import { Schema } from 'mongoose';

/**
 * What a summary says of the conversation in which a line stands. It may stand in the file of another conversation, and come
 * before the line itself.
 */
export interface ConversationTitleRecord {
  /** The line's uuid. */
  _id: string;
  /** The place of the summary and its text: of several the last in this order counts, whichever was read first. */
  ranked: string;
  /** The conversation shows it, if it is there. */
  isFolded: boolean;
}

export const conversationTitleModel = 'ObservatoryConversationTitle';

export const conversationTitleSchema = new Schema<ConversationTitleRecord>(
  {
    _id: { type: String, required: true },
    ranked: { type: String, required: true },
    isFolded: { type: Boolean, required: true },
  },
  { collection: 'observatory_conversation_titles', versionKey: false },
);
