import { describe, expect, it } from '@jest/globals';

import type { MemberRole } from '../../contract/views.js';
import { mayChangeMember, permissions, type Permission } from './group.policy.js';

describe('permissions', () => {
  it.each<[Permission, MemberRole[]]>([
    ['read', ['member', 'moderator', 'owner']],
    ['send', ['member', 'moderator', 'owner']],
    ['leave', ['member', 'moderator', 'owner']],
    ['updateGroup', ['moderator', 'owner']],
    ['manageMembers', ['moderator', 'owner']],
    ['manageInvites', ['moderator', 'owner']],
    ['moderateMessages', ['moderator', 'owner']],
    ['deleteGroup', ['owner']],
  ])('gives %s to %j', (permission, expected) => {
    const roles = Object.keys(permissions) as MemberRole[];
    expect(roles.filter((role) => permissions[role].has(permission)).sort()).toEqual(expected);
  });

  it('has nothing that this table does not know', () => {
    expect([...permissions.owner].sort()).toEqual(
      [
        'deleteGroup',
        'leave',
        'manageInvites',
        'manageMembers',
        'moderateMessages',
        'read',
        'send',
        'updateGroup',
      ].sort(),
    );
  });
});

describe('mayChangeMember', () => {
  // Rows: who acts. Columns: what the other is now → what he is to become; '-' is no member.
  const steps = ['- member', '- moderator', '- owner', 'member -', 'member moderator', 'member owner', 'moderator -'];
  const more = ['moderator member', 'moderator owner', 'owner -', 'owner moderator', 'owner member'];

  it.each<[MemberRole, string[]]>([
    ['member', []],
    ['moderator', ['- member', 'member -']],
    ['owner', [...steps, ...more]],
  ])('lets a %s do %j', (actor, expected) => {
    const allowed = [...steps, ...more].filter((step) => {
      const [present, next] = step.split(' ').map((role) => (role === '-' ? null : (role as MemberRole)));
      return mayChangeMember(actor, present ?? null, next ?? null);
    });
    expect(allowed).toEqual(expected);
  });

  it('lets a moderator leave a member as he is', () => {
    expect(mayChangeMember('moderator', 'member', 'member')).toBe(true);
  });
});
