import { Injectable } from '@nestjs/common';

import type { GroupDetailView, MemberRole, MemberView, Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { Clock } from '../common/clock.js';
import { decodeOptionalCursor, encodeCursor, toPage } from '../common/cursor.js';
import { withKnownOutcome } from '../common/database-outage.js';
import { DomainEvents } from '../common/domain-events.js';
import type { GroupId, UserId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { ReadThroughCache } from '../common/read-through-cache.js';
import { UsersService } from '../users/users.service.js';
import { GroupAccess } from './group-access.js';
import { GroupLog } from './group-log.js';
import { mayChangeMember } from './group.policy.js';
import { toMemberView } from './group.view.js';
import { GroupsService, newMembership } from './groups.service.js';
import type { MembershipRecord } from './membership.schema.js';
import { MembershipsRepository } from './memberships.repository.js';

const listName = 'members';
const maxCachedCounts = 20_000;

/** Who belongs to a group, and with which role. */
@Injectable()
export class MembersService {
  private readonly counts = new ReadThroughCache<GroupId, { count: number }>(maxCachedCounts);

  constructor(
    private readonly memberships: MembershipsRepository,
    private readonly access: GroupAccess,
    private readonly groups: GroupsService,
    private readonly log: GroupLog,
    private readonly users: UsersService,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {
    events.listen(({ name, payload }) => {
      if (name === 'member.added' || name === 'member.removed') this.counts.forget(payload.groupId);
    });
  }

  /** How many members a group has. */
  async count(groupId: GroupId): Promise<number> {
    const known = await this.counts.get(groupId, async () => ({ count: await this.memberships.count(groupId) }));
    return known?.count ?? 0;
  }

  /** The ids of a group's members, at most `limit`; for what follows from membership. */
  listIds(groupId: GroupId, limit: number): Promise<UserId[]> {
    return this.memberships.listIds(groupId, limit);
  }

  /** Which of some users are members, at most `limit` of them; for what follows from membership. */
  listAmong(groupId: GroupId, userIds: readonly UserId[], limit: number): Promise<UserId[]> {
    return this.memberships.listIds(groupId, limit, userIds);
  }

  /** @throws Problem `not_found` or `not_a_member` */
  async list(
    actor: Actor,
    groupId: GroupId,
    query: { role?: MemberRole; limit: number; cursor?: string },
  ): Promise<Page<MemberView>> {
    await this.access.requireVisible(actor, groupId);
    const [after] = decodeOptionalCursor(listName, query.cursor, ['string']) ?? [];
    const rows = await this.memberships.listOfGroup(groupId, { role: query.role, after }, query.limit + 1);
    const users = await this.users.findByIds(rows.map((row) => row.userId));
    const page = toPage(
      rows,
      query.limit,
      (row) => row,
      (row) => encodeCursor(listName, [row.userId]),
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
    if (membership === null) await this.add(groupId, actor.userId, 'member', actor.userId);
    return this.groups.get(actor, groupId);
  }

  /** @throws Problem `not_found`, `not_a_member`, `forbidden` for a direct conversation, `conflict` for the owner */
  async leave(actor: Actor, groupId: GroupId): Promise<void> {
    const { group, membership } = await this.access.require(actor, groupId, 'leave');
    if (group.kind === 'direct') throw new Problem('forbidden', 'A direct conversation cannot be left.');
    if (membership.role === 'owner') throw handOverFirst();
    await this.take(membership, actor.userId);
  }

  /**
   * Adds a user to the group, or gives a member another role. `owner` hands the group over: the former owner becomes
   * a moderator.
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
    if (present?.role === next) return { member: toMemberView(present, this.users.publicView(user)), isNew: false };
    if (!mayChangeMember(mine.role, present?.role ?? null, next)) throw roleTooLow();
    if (userId === actor.userId) throw handOverFirst();
    const membership = await this.change(actor, groupId, userId, present, next);
    // Somebody else added him at the same moment, with another role.
    if (membership.role !== next) throw changedMeanwhile();
    if (next === 'owner') await this.stepDown(mine, membership, present);
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
    await this.take(present, actor.userId);
  }

  private async change(
    actor: Actor,
    groupId: GroupId,
    userId: UserId,
    present: MembershipRecord | null,
    next: MemberRole,
  ): Promise<MembershipRecord> {
    if (present !== null) return this.step(present, next, actor.userId);
    return this.add(groupId, userId, next, actor.userId);
  }

  private async add(groupId: GroupId, userId: UserId, role: MemberRole, by: UserId): Promise<MembershipRecord> {
    const { lastSeq } = await this.log.findEnd(groupId);
    const membership = newMembership(groupId, userId, role, this.clock.now(), lastSeq);
    const isAdded = await withKnownOutcome(
      () => this.memberships.insert(membership),
      async () => (await this.memberships.find(groupId, userId))?.joinedAt.getTime() === membership.joinedAt.getTime(),
    );
    if (isAdded) {
      this.events.publish('member.added', { groupId, userId, role, by });
      return membership;
    }
    const present = await this.memberships.find(groupId, userId);
    if (present === null) throw changedMeanwhile();
    return present;
  }

  /**
   * The second half of a hand-over: the former owner becomes a moderator. When he hands over twice at once, the later
   * one finds him no longer the owner and undoes its first half, so that the group keeps one owner. (The other way
   * round, a crash between the halves would leave none.)
   */
  private async stepDown(
    mine: MembershipRecord,
    heir: MembershipRecord,
    before: MembershipRecord | null,
  ): Promise<void> {
    const { groupId, userId } = mine;
    if ((await this.memberships.setRole(groupId, userId, 'owner', 'moderator')) === null) {
      if (before === null) await this.take(heir, userId);
      else await this.step(heir, before.role, userId);
      throw changedMeanwhile();
    }
    this.events.publish('member.updated', { groupId, userId, role: 'moderator', by: userId });
  }

  private async step(membership: MembershipRecord, role: MemberRole, by: UserId): Promise<MembershipRecord> {
    const { groupId, userId } = membership;
    const changed = await this.memberships.setRole(groupId, userId, membership.role, role);
    if (changed === null) throw changedMeanwhile();
    this.events.publish('member.updated', { groupId, userId, role, by });
    return changed;
  }

  private async take({ groupId, userId, role }: MembershipRecord, by: UserId): Promise<void> {
    const isTaken = await withKnownOutcome(
      () => this.memberships.delete(groupId, userId, role),
      async () => (await this.memberships.find(groupId, userId)) === null,
    );
    if (!isTaken) throw changedMeanwhile();
    this.events.publish('member.removed', { groupId, userId, role, by });
  }
}

function roleTooLow(): Problem {
  return new Problem('forbidden', 'This needs a role above that of the member and above the one given.');
}

function handOverFirst(): Problem {
  return new Problem('conflict', 'The owner hands the group over first.');
}

function changedMeanwhile(): Problem {
  return new Problem('conflict', 'The membership was changed meanwhile; look again.');
}
