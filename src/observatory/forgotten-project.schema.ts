import { Schema } from 'mongoose';

import type { ProjectId } from './observatory-ids.js';

/** A project that an admin has deleted: its folder is passed over from then on. */
export interface ForgottenProjectRecord {
  _id: ProjectId;
  folder: string;
  at: Date;
  /** Nothing of it is left in the database. */
  isErased: boolean;
}

export const forgottenProjectModel = 'ObservatoryForgottenProject';

export const forgottenProjectSchema = new Schema<ForgottenProjectRecord>(
  {
    _id: { type: String, required: true },
    folder: { type: String, required: true },
    at: { type: Date, required: true },
    isErased: { type: Boolean, required: true },
  },
  { collection: 'observatory_forgotten_projects', versionKey: false },
);
