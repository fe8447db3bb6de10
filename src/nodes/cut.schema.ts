import { Schema } from 'mongoose';

/** A removal that every node must have heard of before it is acknowledged. */
export interface CutRecord {
  _id: string;
  by: string;
  /** By the database's clock. */
  madeAt: Date;
  /** What was told of it, as JSON. */
  told: string;
  /** The nodes that have done what was told. */
  heardBy: string[];
}

export const cutModel = 'Cut';

export const cutSchema = new Schema<CutRecord>(
  {
    _id: { type: String, required: true },
    by: { type: String, required: true },
    madeAt: { type: Date, required: true },
    told: { type: String, required: true },
    heardBy: { type: [String], required: true },
  },
  { collection: 'cuts', versionKey: false },
);

// What each node asks for every second: the cuts since it last looked; and those that are past, to be removed.
cutSchema.index({ madeAt: 1 });
