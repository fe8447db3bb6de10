import { Schema } from 'mongoose';

import type { ProjectSetting } from '../../contract/observatory.js';
import type { ProjectId } from './observatory-ids.js';

export interface ProjectRecord {
  _id: ProjectId;
  folder: string;
  /** Absent while no line has said it. */
  path?: string;
  name: string;
  /** The name in lower case, which is what is sorted by. */
  nameKey: string;
  /** An admin has given the name: what the watcher learns of the path changes it no more. */
  isNamed: boolean;
  description: string;
  settings: Record<string, ProjectSetting>;
  conversationCount: number;
  lastActivityAt: Date;
  createdAt: Date;
  updatedAt: Date;
}

export const projectModel = 'ObservatoryProject';

export const projectSchema = new Schema<ProjectRecord>(
  {
    _id: { type: String, required: true },
    folder: { type: String, required: true },
    path: String,
    name: { type: String, required: true },
    nameKey: { type: String, required: true },
    isNamed: { type: Boolean, required: true },
    description: { type: String, default: '' },
    settings: { type: Schema.Types.Mixed, required: true },
    conversationCount: { type: Number, required: true },
    lastActivityAt: { type: Date, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'observatory_projects', versionKey: false, minimize: false },
);

// The list of projects, in each of its four orders and both directions.
projectSchema.index({ lastActivityAt: 1, _id: 1 });
projectSchema.index({ nameKey: 1, _id: 1 });
projectSchema.index({ createdAt: 1, _id: 1 });
projectSchema.index({ conversationCount: 1, _id: 1 });
