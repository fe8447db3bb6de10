import { Schema } from 'mongoose';

import type { MemberRole } from '../../contract/views.js';
import type { GroupId, UserId } from '../common/ids.js';

/** One step of a marker: since when everything up to `seq` has been read, or delivered. */
export interface MarkerMove {
  seq: number;
  at: Date;
}

export type MarkerKind = 'read' | 'delivered';

/** So many steps of each marker are kept, for the times of receipts; the oldest go first. */
export const keptMoves = 50;

/** A user's place in a group, as stored. */
export interface MembershipRecord {
  /** Made by `membershipId`. */
  _id: string;
  groupId: GroupId;
  userId: UserId;
  role: MemberRole;
  joinedAt: Date;
  /** The use of an invitation by which he came; `null` for every other way. */
  admittedBy: string | null;
  /** No mentions from this group until then; a time that is past counts as none. */
  mutedUntil: Date | null;
  /** Everything up to this place has been read. */
  lastReadSeq: number;
  lastReadAt: Date | null;
  /** Everything up to this place has reached a device of the user. */
  lastDeliveredSeq: number;
  lastDeliveredAt: Date | null;
  readMoves: MarkerMove[];
  deliveredMoves: MarkerMove[];
}

export const membershipModel = 'Membership';

export const membershipSchema = new Schema<MembershipRecord>(
  {
    _id: { type: String, required: true },
    groupId: { type: String, required: true },
    userId: { type: String, required: true },
    role: { type: String, required: true },
    joinedAt: { type: Date, required: true },
    admittedBy: { type: String, default: null },
    mutedUntil: { type: Date, default: null },
    lastReadSeq: { type: Number, required: true },
    lastReadAt: { type: Date, default: null },
    lastDeliveredSeq: { type: Number, required: true },
    lastDeliveredAt: { type: Date, default: null },
    readMoves: { type: [{ _id: false, seq: Number, at: Date }], required: true },
    deliveredMoves: { type: [{ _id: false, seq: Number, at: Date }], required: true },
  },
  { collection: 'memberships', versionKey: false },
);

// The members of a group, page by page; their number; those of them who have a message: the marker is compared in the
// index, so that of the many who have not, none is read.
membershipSchema.index({ groupId: 1, userId: 1, lastDeliveredSeq: 1 });
// The members with a role.
membershipSchema.index({ groupId: 1, role: 1, userId: 1 });
// How far everyone in a group is: the status of a message.
membershipSchema.index({ groupId: 1, lastReadSeq: 1 });
membershipSchema.index({ groupId: 1, lastDeliveredSeq: 1 });
// The groups of a user.
membershipSchema.index({ userId: 1, groupId: 1 });
