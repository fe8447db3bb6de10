import type { GroupId, UserId } from '../common/ids.js';

/** The key of a user's place in a group: one a pair without a further index, and found by its key. */
export function membershipId(groupId: GroupId, userId: UserId): string {
  return `${groupId}:${userId}`;
}
