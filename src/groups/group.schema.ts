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
  /** The parts of a living channel's name by which it is found; not read with the rest, as there are many. */
  namePieces?: string[];
  /** Any name in lower case, also of a group and of what was deleted: what an admin searches. */
  searchKey: string | null;
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
    namePieces: { type: [String], select: false },
    searchKey: { type: String, default: null },
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

// The planner takes an index over part of the groups only for a query that it can tell to lie within that part: a string
// lies within `$gt: ''`, but not, to the planner, within `$type: 'string'`.

// One living channel a name; lookup by name; all channels by name.
groupSchema.index(
  { nameKey: 1 },
  { name: 'channel_name', unique: true, partialFilterExpression: { nameKey: { $gt: '' } } },
);
// The channels with a part of a name, by name.
groupSchema.index(
  { namePieces: 1, nameKey: 1 },
  { name: 'channel_name_pieces', partialFilterExpression: { nameKey: { $gt: '' } } },
);
// One conversation a pair, also when both ask at once.
groupSchema.index(
  { directKey: 1 },
  { name: 'direct_pair', unique: true, partialFilterExpression: { directKey: { $gt: '' } } },
);
// How many are closed, for operators; only those are in it.
groupSchema.index({ deletedAt: 1 }, { name: 'closed', partialFilterExpression: { deletedAt: { $type: 'date' } } });
// An admin's list, newest or largest first, of all or of a kind; his search by name.
groupSchema.index({ createdAt: -1, _id: -1 });
groupSchema.index({ kind: 1, createdAt: -1, _id: -1 });
groupSchema.index({ memberCount: -1, _id: -1 });
groupSchema.index({ kind: 1, memberCount: -1, _id: -1 });
// The same of those that were deleted, which are few.
groupSchema.index(
  { createdAt: -1, _id: -1, kind: 1 },
  { name: 'deleted_newest', partialFilterExpression: { deletedAt: { $type: 'date' } } },
);
groupSchema.index(
  { memberCount: -1, _id: -1, kind: 1 },
  { name: 'deleted_largest', partialFilterExpression: { deletedAt: { $type: 'date' } } },
);
groupSchema.index({ searchKey: 1 });
