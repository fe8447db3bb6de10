import { Schema } from 'mongoose';

import type { GroupKind } from '../../contract/views.js';
import type { GroupId, UserId } from '../common/ids.js';

/** A group as stored. What its log says (last message, places, counts) is read from the log, never kept here. */
export interface GroupRecord {
  _id: GroupId;
  kind: GroupKind;
  name: string | null;
  /** A living channel's name in lower case: what is unique. */
  nameKey: string | null;
  /** Both user ids of a direct conversation, in order: one conversation a pair. */
  directKey: string | null;
  description: string;
  createdBy: UserId;
  /** As of the last time that they were counted: see `MemberCountsService`. */
  memberCount: number;
  /** Identity of the log. */
  epoch: string;
  createdAt: Date;
  updatedAt: Date;
  deletedAt: Date | null;
}

export const groupModel = 'Group';

export const groupSchema = new Schema<GroupRecord>(
  {
    _id: { type: String, required: true },
    kind: { type: String, required: true },
    name: { type: String, default: null },
    nameKey: { type: String, default: null },
    directKey: { type: String, default: null },
    description: { type: String, default: '' },
    createdBy: { type: String, required: true },
    memberCount: { type: Number, required: true },
    epoch: { type: String, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
    deletedAt: { type: Date, default: null },
  },
  { collection: 'groups', versionKey: false },
);

// One living channel a name; lookup by name.
groupSchema.index({ nameKey: 1 }, { unique: true, partialFilterExpression: { nameKey: { $type: 'string' } } });
// One conversation a pair, also when both ask at once.
groupSchema.index({ directKey: 1 }, { unique: true, partialFilterExpression: { directKey: { $type: 'string' } } });
