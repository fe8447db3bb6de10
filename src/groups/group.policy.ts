import type { MemberRole } from '../../contract/views.js';

/** What a member may want to do in a group. */
export type Permission =
  'read' | 'send' | 'leave' | 'updateGroup' | 'manageMembers' | 'manageInvites' | 'moderateMessages' | 'deleteGroup';

const ofMember: readonly Permission[] = ['read', 'send', 'leave'];
const ofModerator: readonly Permission[] = [
  ...ofMember,
  'updateGroup',
  'manageMembers',
  'manageInvites',
  'moderateMessages',
];

/** Who may do what: the only place where roles turn into permissions. */
export const permissions: Readonly<Record<MemberRole, ReadonlySet<Permission>>> = {
  member: new Set(ofMember),
  moderator: new Set(ofModerator),
  owner: new Set<Permission>([...ofModerator, 'deleteGroup']),
};

const rank: Readonly<Record<MemberRole, number>> = { member: 0, moderator: 1, owner: 2 };

/**
 * Whether someone may give another the role `next` (`null`: remove him from the group). Nobody acts on a role above or
 * equal to his own, nor gives one, save the owner.
 *
 * @param present the other's role now; `null` when he is no member
 */
export function mayChangeMember(actor: MemberRole, present: MemberRole | null, next: MemberRole | null): boolean {
  if (actor === 'owner') return true;
  if (actor !== 'moderator') return false;
  return (present === null || rank[present] < rank[actor]) && (next === null || rank[next] < rank[actor]);
}
