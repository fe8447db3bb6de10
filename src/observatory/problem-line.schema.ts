import { Schema } from 'mongoose';

import type { LineProblem } from '../../contract/observatory.js';
import type { FileId, ProjectId } from './observatory-ids.js';

export interface ProblemLineRecord {
  /** Made by `problemIdOf`. */
  _id: string;
  fileId: FileId;
  path: string;
  projectId: ProjectId;
  generation: number;
  lineNumber: number;
  problem: LineProblem;
  excerpt: string;
  bytes: number;
}

export const problemLineModel = 'ObservatoryProblemLine';

export const problemLineSchema = new Schema<ProblemLineRecord>(
  {
    _id: { type: String, required: true },
    fileId: { type: String, required: true },
    path: { type: String, required: true },
    projectId: { type: String, required: true },
    generation: { type: Number, required: true },
    lineNumber: { type: Number, required: true },
    problem: { type: String, required: true },
    excerpt: { type: String, default: '' },
    bytes: { type: Number, required: true },
  },
  { collection: 'observatory_problem_lines', versionKey: false },
);

// Those of a file, and of a project, by file and line: `_id` begins with the file.
problemLineSchema.index({ projectId: 1, _id: 1 });
