import type { UserId } from '../common/ids.js';
import type { GroupRecord } from './group.schema.js';

/** The other person of a direct conversation. */
export function otherMember(group: Pick<GroupRecord, 'directKey'>, userId: UserId): UserId | null {
  const ids = group.directKey?.split(':') ?? [];
  return (ids.find((id) => id !== userId) as UserId | undefined) ?? null;
}
