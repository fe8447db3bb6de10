import type { MemberRole, MarkerView } from '../../contract/views.js';
import type { GroupId, UserId } from '../common/ids.js';
import type { GroupRecord } from './group.schema.js';

interface MemberChange {
  groupId: GroupId;
  userId: UserId;
  role: MemberRole;
  /** Who did it; the member himself when he joined or left. */
  by: UserId;
  /** About how many belong to the group: what is of no interest in a crowd is not told to all of it. */
  memberCount: number;
}

interface MarkerChange {
  marker: MarkerView;
  memberCount: number;
}

declare module '../common/domain-events.js' {
  interface DomainEventMap {
    'group.created': { group: GroupRecord; memberIds: readonly UserId[] };
    'group.updated': { group: GroupRecord };
    'group.deleted': { groupId: GroupId };
    'member.added': MemberChange;
    'member.removed': MemberChange;
    'member.updated': MemberChange;
    'marker.read': MarkerChange;
    'marker.delivered': MarkerChange;
  }
}
