import { Schema } from 'mongoose';

import type { MemberRole } from '../../contract/views.js';
import type { GroupId, UserId } from '../common/ids.js';

/** A user's place in a group, as stored. */
export interface MembershipRecord {
  /** Made by `membershipId`. */
  _id: string;
  groupId: GroupId;
  userId: UserId;
  role: MemberRole;
  joinedAt: Date;
  /** Everything up to this place has been read. */
  lastReadSeq: number;
  lastReadAt: Date | null;
}

export const membershipModel = 'Membership';

export const membershipSchema = new Schema<MembershipRecord>(
  {
    _id: { type: String, required: true },
    groupId: { type: String, required: true },
    userId: { type: String, required: true },
    role: { type: String, required: true },
    joinedAt: { type: Date, required: true },
    lastReadSeq: { type: Number, required: true },
    lastReadAt: { type: Date, default: null },
  },
  { collection: 'memberships', versionKey: false },
);

// The members of a group, page by page; their number.
membershipSchema.index({ groupId: 1, userId: 1 });
// The groups of a user.
membershipSchema.index({ userId: 1, groupId: 1 });
