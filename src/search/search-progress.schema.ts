import { Schema } from 'mongoose';

import type { GroupId } from '../common/ids.js';

/** How far the entries of one group follow its log. */
export interface SearchProgressRecord {
  _id: GroupId;
  /** Of the log that they follow; another one is followed from its beginning. */
  epoch: string;
  /** By which rules their terms were made; others are made anew. */
  termsVersion: number;
  /** Every change up to this one is in the entries. */
  rev: number;
}

export const searchProgressModel = 'SearchProgress';

export const searchProgressSchema = new Schema<SearchProgressRecord>(
  {
    _id: { type: String, required: true },
    epoch: { type: String, required: true },
    termsVersion: { type: Number, required: true },
    rev: { type: Number, required: true },
  },
  { collection: 'search_progress', versionKey: false },
);
