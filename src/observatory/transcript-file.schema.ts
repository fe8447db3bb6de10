import { Schema } from 'mongoose';

import type { FileState } from '../../contract/observatory.js';
import type { FileId, ProjectId } from './observatory-ids.js';

/** By what a file is known again: a digest of its beginning, and of what lies before the place up to which it was read. */
export interface FileMark {
  headBytes: number;
  tailBytes: number;
  digest: string;
}

export interface LineCounts {
  total: number;
  entries: number;
  summaries: number;
  skipped: number;
  blank: number;
  problems: number;
}

/**
 * How far a file was read. Written last, after all that stands in its lines up to `offset`: a crash in between only means
 * that these lines are read again, and that writes the same.
 */
export interface TranscriptFileRecord {
  _id: FileId;
  /** Below the root, with slashes. */
  path: string;
  projectId: ProjectId;
  state: FileState;
  /** Counts the contents that it has had: more by one whenever it was replaced or cut short. */
  generation: number;
  inode: number;
  bytes: number;
  offset: number;
  mark: FileMark;
  /** The line at `offset` was complete but for its end: a line end that follows is no line of its own. */
  isEndOpen: boolean;
  lastOrder: Date;
  lines: LineCounts;
  /** The conversations show what was read up to `offset`. */
  isFolded: boolean;
}

export const transcriptFileModel = 'ObservatoryFile';

export const transcriptFileSchema = new Schema<TranscriptFileRecord>(
  {
    _id: { type: String, required: true },
    path: { type: String, required: true },
    projectId: { type: String, required: true },
    state: { type: String, required: true },
    generation: { type: Number, required: true },
    inode: { type: Number, required: true },
    bytes: { type: Number, required: true },
    offset: { type: Number, required: true },
    mark: { type: Schema.Types.Mixed, required: true },
    isEndOpen: { type: Boolean, required: true },
    lastOrder: { type: Date, required: true },
    lines: { type: Schema.Types.Mixed, required: true },
    isFolded: { type: Boolean, required: true },
  },
  { collection: 'observatory_files', versionKey: false },
);

// The files of a project, which go with it when it is deleted.
transcriptFileSchema.index({ projectId: 1 });
