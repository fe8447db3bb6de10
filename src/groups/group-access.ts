import { Injectable } from '@nestjs/common';

import type { Actor } from '../common/actor.js';
import { Clock } from '../common/clock.js';
import { DomainEvents } from '../common/domain-events.js';
import type { GroupId, UserId } from '../common/ids.js';
import { OtherNodes } from '../common/other-nodes.js';
import { Problem } from '../common/problem.js';
import { ReadThroughCache, type CacheCounts } from '../common/read-through-cache.js';
import { BlocksService } from '../users/blocks.service.js';
import { permissions, type Permission } from './group.policy.js';
import type { GroupRecord } from './group.schema.js';
import { GroupsRepository } from './groups.repository.js';
import { isMuted } from './membership.js';
import { membershipId } from './membership-id.js';
import type { MembershipRecord } from './membership.schema.js';
import { MembershipsRepository } from './memberships.repository.js';
import { otherMember } from './other-member.js';

export interface Access {
  readonly group: GroupRecord;
  readonly membership: MembershipRecord;
}

const maxCachedGroups = 20_000;
const maxCachedMemberships = 200_000;

/**
 * The only way to a group. Every verb of every module asks here, so HTTP, sockets and jobs cannot forget it. Answers
 * come from memory; each change of a group or a membership is forgotten here before its verb returns.
 */
@Injectable()
export class GroupAccess {
  private readonly groupCache: ReadThroughCache<GroupId, GroupRecord>;
  private readonly membershipCache: ReadThroughCache<string, MembershipRecord>;

  constructor(
    private readonly groups: GroupsRepository,
    private readonly memberships: MembershipsRepository,
    private readonly clock: Clock,
    private readonly blocks: BlocksService,
    events: DomainEvents,
    nodes: OtherNodes,
  ) {
    this.groupCache = new ReadThroughCache('groups', maxCachedGroups, nodes);
    this.membershipCache = new ReadThroughCache('memberships', maxCachedMemberships, nodes);
    events.listen((event) => {
      switch (event.name) {
        case 'group.updated':
          this.groupCache.forget(event.payload.group._id);
          break;
        case 'group.deleted':
          this.groupCache.forget(event.payload.groupId);
          break;
        case 'member.added':
        case 'member.removed':
        case 'member.updated':
          this.membershipCache.forget(membershipId(event.payload.groupId, event.payload.userId));
          break;
      }
    });
  }

  /** What its memories have done, for operators. */
  get cacheCounts(): Record<'groups' | 'memberships', CacheCounts> {
    return { groups: this.groupCache, memberships: this.membershipCache };
  }

  /**
   * The group and the actor's membership, when he may do what he wants.
   *
   * @throws Problem `not_found` when there is no such group, `not_a_member`, or `forbidden` when the role is too low, or
   *   to send when one of two has blocked the other
   */
  async require(actor: Actor, groupId: GroupId, permission: Permission): Promise<Access> {
    const group = await this.requireGroup(groupId);
    const membership = await this.findMembership(groupId, actor.userId);
    if (membership === null) throw new Problem('not_a_member', 'You are not a member of this group.');
    if (!permissions[membership.role].has(permission)) {
      throw new Problem('forbidden', `The role ${membership.role} does not allow this.`);
    }
    if (group.kind === 'direct' && permission === 'send') await this.requireNoBlock(group, actor.userId);
    return { group, membership };
  }

  /**
   * A group to look at: one's own, or any channel.
   *
   * @throws Problem `not_found` or `not_a_member`
   */
  async requireVisible(
    actor: Pick<Actor, 'userId'>,
    groupId: GroupId,
  ): Promise<{ group: GroupRecord; membership: MembershipRecord | null }> {
    const group = await this.requireGroup(groupId);
    const membership = await this.findMembership(groupId, actor.userId);
    if (membership === null && group.kind !== 'channel') {
      throw new Problem('not_a_member', 'You are not a member of this group.');
    }
    return { group, membership };
  }

  /** @throws Problem `not_found` when there is no such group, or it was closed */
  async requireGroup(groupId: GroupId): Promise<GroupRecord> {
    const group = await this.findGroup(groupId);
    if (group === null) throw new Problem('not_found', 'There is no such group.');
    return group;
  }

  /** Those of some groups that are there; for lists of what a user belongs to, never instead of {@link require}. */
  findGroups(groupIds: readonly GroupId[]): Promise<Map<GroupId, GroupRecord>> {
    return this.groupCache.getMany(
      groupIds,
      (missing) => this.groups.findByIds(missing),
      ({ _id }) => _id,
    );
  }

  /** The group without regard to who asks; for what follows from a group, never instead of {@link require}. */
  findGroup(groupId: GroupId): Promise<GroupRecord | null> {
    return this.groupCache.get(groupId, () => this.groups.findById(groupId));
  }

  /** Whether a user is a member; for what follows from membership, never instead of {@link require}. */
  async isMember(groupId: GroupId, userId: UserId): Promise<boolean> {
    return (await this.findMembership(groupId, userId)) !== null;
  }

  /** Whether a user may do something in a group; for what follows from his right, never instead of {@link require}. */
  async holds(groupId: GroupId, userId: UserId, permission: Permission): Promise<boolean> {
    const membership = await this.findMembership(groupId, userId);
    return membership !== null && permissions[membership.role].has(permission);
  }

  /** Those of some groups that a user belongs to in this moment: asked behind a read that was of all of them. */
  async keepOfMember(groupIds: Iterable<GroupId>, userId: UserId): Promise<Set<string>> {
    const kept = new Set<string>();
    for (const groupId of new Set(groupIds)) if (await this.isMember(groupId, userId)) kept.add(groupId);
    return kept;
  }

  /** The group may have changed without an event that says so: its next reader asks the database. */
  forgetGroup(groupId: GroupId): void {
    this.groupCache.forget(groupId);
  }

  /** The same for a membership. */
  forgetMembership(groupId: GroupId, userId: UserId): void {
    this.membershipCache.forget(membershipId(groupId, userId));
  }

  private async requireNoBlock(group: GroupRecord, userId: UserId): Promise<void> {
    const otherId = otherMember(group, userId);
    const blocker = otherId === null ? null : await this.blocks.findBlocker(userId, otherId);
    if (blocker !== null) throw blocked(blocker === userId);
  }

  private findMembership(groupId: GroupId, userId: UserId): Promise<MembershipRecord | null> {
    return this.membershipCache.get(membershipId(groupId, userId), () => this.memberships.find(groupId, userId));
  }

  /** The members of a group were counted anew. */
  noteMemberCount(groupId: GroupId, memberCount: number): void {
    this.groupCache.change(groupId, (group) => ({ ...group, memberCount }));
  }

  /**
   * Whether a user is known in this very moment to be a member who has not muted the group; `unknown` when it would have
   * to be looked up.
   */
  mayBeCalled(groupId: GroupId, userId: UserId): 'yes' | 'no' | 'unknown' {
    const membership = this.membershipCache.peek(membershipId(groupId, userId));
    if (membership === undefined) return 'unknown';
    return isMuted(membership, this.clock.now()) ? 'no' : 'yes';
  }
}

/** Neither writes to the other while one of them has blocked the other. */
export function blocked(byMe: boolean): Problem {
  return new Problem(
    'forbidden',
    byMe ? 'You have blocked this user: take that back to write to him.' : 'This user takes no messages from you.',
  );
}
