import { Injectable } from '@nestjs/common';

import type { GroupDetailView, MemberRole, MemberView, Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { decodeOptionalCursor, encodeCursor, listOf, toPage } from '../common/cursor.js';
import type { GroupId, UserId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { UsersService } from '../users/users.service.js';
import { GroupAccess } from './group-access.js';
import { mayChangeMember } from './group.policy.js';
import { toMemberView } from './group.view.js';
import { GroupsService } from './groups.service.js';
import { HandOverService } from './hand-over.service.js';
import { changedMeanwhile, MembershipChangesService } from './membership-changes.service.js';
import { MembersByPresence } from './members-by-presence.js';
import type { MembershipRecord } from './membership.schema.js';
import { MembershipsRepository } from './memberships.repository.js';

const listName = 'members';

/** Who belongs to a group, and with which role. */
@Injectable()
export class MembersService {
  constructor(
    private readonly memberships: MembershipsRepository,
    private readonly byPresence: MembersByPresence,
    private readonly access: GroupAccess,
    private readonly groups: GroupsService,
    private readonly changes: MembershipChangesService,
    private readonly handOver: HandOverService,
    private readonly users: UsersService,
  ) {}

  /** How many members a group has, as of the last count; 0 when it was closed. */
  async count(groupId: GroupId): Promise<number> {
    return (await this.access.findGroup(groupId))?.memberCount ?? 0;
  }

  /** The ids of a group's members, at most `limit`; for what follows from membership. */
  listIds(groupId: GroupId, limit: number): Promise<UserId[]> {
    return this.memberships.listIds(groupId, limit);
  }

  /** Which of some users are members, at most `limit` of them; for what follows from membership. */
  listAmong(groupId: GroupId, userIds: readonly UserId[], limit: number): Promise<UserId[]> {
    return this.memberships.listIds(groupId, limit, userIds);
  }

  /**
   * Members in the order of their ids, of one role or all, connected ones, others or both.
   *
   * @throws Problem `not_found` or `not_a_member`
   */
  async list(
    actor: Actor,
    groupId: GroupId,
    query: { role?: MemberRole; online?: boolean; limit: number; cursor?: string },
  ): Promise<Page<MemberView>> {
    await this.access.requireVisible(actor, groupId);
    const list = listOf(listName, groupId);
    const [after] = decodeOptionalCursor(list, query.cursor, ['string']) ?? [];
    const filter = { role: query.role, after };
    const rows =
      query.online === undefined
        ? await this.memberships.listOfGroup(groupId, filter, query.limit + 1)
        : await this.byPresence.list(groupId, query.online, filter, query.limit + 1);
    const users = await this.users.findByIds(rows.map((row) => row.userId));
    const page = toPage(
      rows,
      query.limit,
      (row) => row,
      (row) => encodeCursor(list, [row.userId]),
    );
    const items = page.items.flatMap((row) => {
      const user = users.get(row.userId);
      return user === undefined ? [] : [toMemberView(row, this.users.publicView(user))];
    });
    return { ...page, items };
  }

  /** Becomes a member of a channel; who is one already stays so. @throws Problem `not_found`, `not_a_member` */
  async join(actor: Actor, groupId: GroupId): Promise<GroupDetailView> {
    const { membership } = await this.access.requireVisible(actor, groupId);
    if (membership === null) await this.changes.add(groupId, actor.userId, 'member', actor.userId);
    return this.groups.get(actor, groupId);
  }

  /**
   * Ends the actor's membership. The owner hands over first, unless he is the last one: then the group is closed.
   *
   * @throws Problem `not_found`, `not_a_member`, `forbidden` for a direct conversation, `conflict` for the owner
   */
  async leave(actor: Actor, groupId: GroupId): Promise<void> {
    const { group, membership } = await this.access.require(actor, groupId, 'leave');
    if (group.kind === 'direct') throw new Problem('forbidden', 'A direct conversation cannot be left.');
    if (membership.role !== 'owner') {
      await this.changes.take(membership, actor.userId);
      return;
    }
    const some = await this.memberships.listOfGroup(groupId, {}, 2);
    if (some.some(({ userId }) => userId !== actor.userId)) throw handOverFirst();
    await this.groups.close(groupId);
  }

  /**
   * Adds a user to the group, or gives a member another role. `owner` hands the group over: the former owner becomes
   * a moderator. The same again finishes a hand-over that was broken off.
   *
   * @throws Problem `not_found`, `not_a_member`, `forbidden`, `conflict`
   */
  async put(
    actor: Actor,
    groupId: GroupId,
    userId: UserId,
    role: MemberRole | undefined,
  ): Promise<{ member: MemberView; isNew: boolean }> {
    const { membership: mine } = await this.access.require(actor, groupId, 'manageMembers');
    const user = await this.users.requireById(userId);
    const present = await this.memberships.find(groupId, userId);
    const next = role ?? present?.role ?? 'member';
    if (present === null && !user.isActive) throw new Problem('not_found', 'There is no such user.');
    const isHandOver = next === 'owner' && mine.role === 'owner' && userId !== actor.userId;
    if (present?.role === next && !isHandOver) {
      return { member: toMemberView(present, this.users.publicView(user)), isNew: false };
    }
    if (!mayChangeMember(mine.role, present?.role ?? null, next)) throw roleTooLow();
    if (userId === actor.userId) throw handOverFirst();
    if (isHandOver && !user.isActive) throw new Problem('conflict', 'A deactivated user cannot be the owner.');
    const membership = isHandOver
      ? await this.handOver.run(mine, userId, present)
      : await this.change(groupId, userId, present, next, actor.userId);
    return { member: toMemberView(membership, this.users.publicView(user)), isNew: present === null };
  }

  /** Takes a member out of the group; nothing said later reaches him. @throws Problem as {@link put} */
  async remove(actor: Actor, groupId: GroupId, userId: UserId): Promise<void> {
    if (userId === actor.userId) {
      await this.leave(actor, groupId);
      return;
    }
    const { membership: mine } = await this.access.require(actor, groupId, 'manageMembers');
    const present = await this.memberships.find(groupId, userId);
    if (present === null) throw new Problem('not_found', 'This user is not a member of the group.');
    if (!mayChangeMember(mine.role, present.role, null)) throw roleTooLow();
    await this.changes.take(present, actor.userId);
  }

  private async change(
    groupId: GroupId,
    userId: UserId,
    present: MembershipRecord | null,
    next: MemberRole,
    by: UserId,
  ): Promise<MembershipRecord> {
    const changed =
      present === null
        ? (await this.changes.add(groupId, userId, next, by)).membership
        : await this.changes.setRole(present, next, by);
    // Somebody else added him at the same moment with another role, or changed it.
    if (changed?.role !== next) throw changedMeanwhile();
    return changed;
  }
}

function roleTooLow(): Problem {
  return new Problem('forbidden', 'This needs a role above that of the member and above the one given.');
}

function handOverFirst(): Problem {
  return new Problem(
    'conflict',
    'Hand the group over first: PUT /groups/{id}/members/{userId} with the role owner makes another its owner.',
  );
}
