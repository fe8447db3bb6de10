import type { MemberRole } from '../../contract/views.js';
import type { GroupId, UserId } from '../common/ids.js';
import { membershipId } from './membership-id.js';
import type { MembershipRecord } from './membership.schema.js';

/** A new place in a group whose log ends at `lastSeq`: what was said before is neither unread nor undelivered. */
export function newMembership(
  groupId: GroupId,
  userId: UserId,
  role: MemberRole,
  joinedAt: Date,
  { lastSeq = 0, admittedBy = null }: { lastSeq?: number; admittedBy?: string | null } = {},
): MembershipRecord {
  return {
    _id: membershipId(groupId, userId),
    groupId,
    userId,
    role,
    joinedAt,
    admittedBy,
    mutedUntil: null,
    lastReadSeq: lastSeq,
    lastReadAt: null,
    lastDeliveredSeq: lastSeq,
    lastDeliveredAt: null,
    readMoves: [],
    deliveredMoves: [],
  };
}

/** Whether the member wants to hear less of the group at the moment. */
export function isMuted({ mutedUntil }: Pick<MembershipRecord, 'mutedUntil'>, now: Date): boolean {
  return mutedUntil !== null && mutedUntil > now;
}
