import { Schema } from 'mongoose';

/** A node that serves, or did when it was last heard of. */
export interface NodeRecord {
  _id: string;
  /** By the database's clock. */
  renewedAt: Date;
  /** The time before; absent before the second. */
  renewedBeforeAt?: Date;
}

export const nodeModel = 'Node';

// A handful of documents: they are read all.
export const nodeSchema = new Schema<NodeRecord>(
  {
    _id: { type: String, required: true },
    renewedAt: { type: Date, required: true },
    renewedBeforeAt: { type: Date },
  },
  { collection: 'nodes', versionKey: false },
);
