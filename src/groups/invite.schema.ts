import { Schema } from 'mongoose';

import type { GroupId, UserId } from '../common/ids.js';

/** Someone who is using the invitation: from when his use is counted until his membership is known to be there. */
export interface InviteClaim {
  userId: UserId;
  /** The use by which he is admitted: stands in his membership too. */
  useId: string;
}

/** An invitation to a group, as stored. */
export interface InviteRecord {
  /** The code: 128 random bits. Who has it may join. */
  _id: string;
  groupId: GroupId;
  createdBy: UserId;
  createdAt: Date;
  /** `null`: never. */
  expiresAt: Date | null;
  /** `null`: any number. */
  maxUses: number | null;
  uses: number;
  claims: InviteClaim[];
}

export const inviteModel = 'Invite';

export const inviteSchema = new Schema<InviteRecord>(
  {
    _id: { type: String, required: true },
    groupId: { type: String, required: true },
    createdBy: { type: String, required: true },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, default: null },
    maxUses: { type: Number, default: null },
    uses: { type: Number, required: true },
    claims: { type: [{ _id: false, userId: String, useId: String }], required: true },
  },
  { collection: 'invites', versionKey: false },
);

// The invitations of a group, newest first; their number.
inviteSchema.index({ groupId: 1, createdAt: -1, _id: -1 });
