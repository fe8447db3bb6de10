import { Schema } from 'mongoose';

import type { ModelUsageView } from '../../contract/observatory.js';
import type { ConversationId, ProjectId } from './observatory-ids.js';

/** A conversation as lists show it: made from its rows, and made anew whenever one comes. */
export interface ConversationRecord {
  _id: ConversationId;
  sessionId: string;
  projectId: ProjectId;
  title: string | null;
  startedAt: Date | null;
  /** The beginning of time when no line has a time. */
  lastActivityAt: Date;
  gitBranch: string | null;
  version: string | null;
  endsInError: boolean;
  messageCount: number;
  entryCount: number;
  toolCallCount: number;
  errorCount: number;
  usage: ModelUsageView[];
}

export const conversationModel = 'ObservatoryConversation';

export const conversationSchema = new Schema<ConversationRecord>(
  {
    _id: { type: String, required: true },
    sessionId: { type: String, required: true },
    projectId: { type: String, required: true },
    title: { type: String, default: null },
    startedAt: { type: Date, default: null },
    lastActivityAt: { type: Date, required: true },
    gitBranch: { type: String, default: null },
    version: { type: String, default: null },
    endsInError: { type: Boolean, required: true },
    messageCount: { type: Number, required: true },
    entryCount: { type: Number, required: true },
    toolCallCount: { type: Number, required: true },
    errorCount: { type: Number, required: true },
    usage: { type: Schema.Types.Mixed, required: true },
  },
  { collection: 'observatory_conversations', versionKey: false },
);

// The latest conversations of all projects.
conversationSchema.index({ lastActivityAt: -1, _id: -1 });
// The latest conversations of a project; how many it has, and when it was active last.
conversationSchema.index({ projectId: 1, lastActivityAt: -1, _id: -1 });
// The latest conversations that ended in an error, or did not.
conversationSchema.index({ endsInError: 1, lastActivityAt: -1, _id: -1 });
