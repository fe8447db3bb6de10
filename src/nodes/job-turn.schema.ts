import { Schema } from 'mongoose';

/** Which node does a job, and until when: after that another one may, whatever has become of the first. */
export interface JobTurnRecord {
  /** The name of the job. */
  _id: string;
  nodeId: string;
  /** By the database's clock. */
  endsAt: Date;
}

export const jobTurnModel = 'JobTurn';

// One document for each job, found by its name.
export const jobTurnSchema = new Schema<JobTurnRecord>(
  {
    _id: { type: String, required: true },
    nodeId: { type: String, required: true },
    endsAt: { type: Date, required: true },
  },
  { collection: 'job_turns', versionKey: false },
);
