import { Injectable } from '@nestjs/common';

import type { CreateGroupRequest } from '../../contract/requests.js';
import type { GroupDetailView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { Clock } from '../common/clock.js';
import { withKnownOutcome } from '../common/database-outage.js';
import { DomainEvents } from '../common/domain-events.js';
import { newEpoch, newGroupId, type GroupId, type UserId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { unlessRefused } from '../common/unless-refused.js';
import { BlocksService } from '../users/blocks.service.js';
import { UsersService } from '../users/users.service.js';
import { channelKeysOf, nameKeyOf } from './channel-name.js';
import { blocked } from './group-access.js';
import type { GroupRecord } from './group.schema.js';
import { toGroupDetail } from './group.view.js';
import { GroupsRepository } from './groups.repository.js';
import { GroupsService, nameTaken } from './groups.service.js';
import { MembershipChangesService } from './membership-changes.service.js';
import { newMembership } from './membership.js';
import { MembershipsRepository } from './memberships.repository.js';

/** The making of groups and channels, and of direct conversations. */
@Injectable()
export class NewGroupsService {
  constructor(
    private readonly groups: GroupsRepository,
    private readonly memberships: MembershipsRepository,
    private readonly closing: GroupsService,
    private readonly changes: MembershipChangesService,
    private readonly users: UsersService,
    private readonly blocks: BlocksService,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a group or a channel; the creator is its owner.
   *
   * @throws Problem `validation_failed` for a member who does not exist, `conflict` when the channel's name is taken,
   *   `session_revoked` when the creator's account was deleted in the same moment
   */
  async create(actor: Actor, request: CreateGroupRequest): Promise<GroupDetailView> {
    const others = await this.requireUsers(request.memberIds ?? [], actor.userId);
    const memberIds = [actor.userId, ...others];
    const group = this.newGroup(actor.userId, {
      memberCount: memberIds.length,
      kind: request.kind,
      name: request.name,
      searchKey: nameKeyOf(request.name),
      ...(request.kind === 'channel' && channelKeysOf(request.name)),
      description: request.description ?? '',
    });
    if (!(await this.store(group, memberIds, actor.userId))) throw nameTaken();
    const gone = await this.takeOutDeleted(group._id, memberIds);
    const memberCount = group.memberCount - gone.length;
    return toGroupDetail({ ...group, memberCount }, { role: 'owner', otherUser: null });
  }

  /**
   * The direct conversation of two people, made if there is none: the same one whoever asks, also when both ask at once.
   *
   * One that is there can still be read when one of them has blocked the other.
   *
   * @throws Problem `validation_failed` for oneself, `not_found` when there is no such user, `forbidden` for a new one
   *   when one of them has blocked the other, `session_revoked` when the actor's account was deleted in the same moment
   */
  async direct(actor: Actor, userId: UserId): Promise<{ group: GroupDetailView; isNew: boolean }> {
    if (userId === actor.userId) throw Problem.field('userId', 'must be somebody else');
    const otherUser = await this.users.requireById(userId);
    if (!otherUser.isActive) throw new Problem('not_found', 'There is no such user.');
    const directKey = [actor.userId, userId].sort().join(':');
    const known = await this.groups.findByDirectKey(directKey);
    const about = { role: 'member' as const, otherUser: this.users.publicView(otherUser) };
    if (known !== null) return { group: toGroupDetail(known, about), isNew: false };
    const blocker = await this.blocks.findBlocker(actor.userId, userId);
    if (blocker !== null) throw blocked(blocker === actor.userId);
    const group = this.newGroup(actor.userId, { kind: 'direct', memberCount: 2, directKey });
    if (await this.store(group, [actor.userId, userId], null)) {
      await this.requireBoth(group._id, [actor.userId, userId]);
      return { group: toGroupDetail(group, about), isNew: true };
    }
    const winner = await this.groups.findByDirectKey(directKey);
    if (winner === null) throw new Error('a direct conversation refused as a duplicate is not there');
    return { group: toGroupDetail(winner, about), isNew: false };
  }

  /** The ids without doubles and without `except`. @throws Problem `validation_failed` when one is nobody's */
  private async requireUsers(ids: readonly string[], except: UserId): Promise<UserId[]> {
    const wanted = [...new Set(ids.map((id) => id.toLowerCase() as UserId))].filter((id) => id !== except);
    const found = await this.users.findByIds(wanted);
    for (const [index, id] of ids.entries()) {
      const userId = id.toLowerCase() as UserId;
      if (userId !== except && found.get(userId)?.isActive !== true) {
        throw Problem.field(`memberIds.${String(index)}`, 'is not the id of a user');
      }
    }
    return wanted;
  }

  private newGroup(
    createdBy: UserId,
    about: Pick<GroupRecord, 'kind' | 'memberCount'> &
      Partial<Pick<GroupRecord, 'name' | 'nameKey' | 'namePieces' | 'searchKey' | 'directKey' | 'description'>>,
  ): GroupRecord {
    const now = this.clock.now();
    return {
      _id: newGroupId(),
      name: null,
      nameKey: null,
      searchKey: null,
      directKey: null,
      description: '',
      ...about,
      createdBy,
      epoch: newEpoch(),
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
  }

  /**
   * Memberships first, the group last: until the group is there, nobody sees any of it, so a crash in between leaves
   * no half-made group and no name taken by one.
   *
   * @returns false when the name or the pair is taken; nothing is left behind then
   */
  private async store(group: GroupRecord, memberIds: readonly UserId[], ownerId: UserId | null): Promise<boolean> {
    const memberships = memberIds.map((userId) =>
      newMembership(group._id, userId, userId === ownerId ? 'owner' : 'member', group.createdAt),
    );
    await this.memberships.insertMany(memberships);
    const isStored = await withKnownOutcome(
      () => this.groups.insert(group),
      async () => (await this.groups.findById(group._id)) !== null,
    );
    if (!isStored) {
      await this.memberships.deleteOfGroup(group._id);
      return false;
    }
    this.events.publish('group.created', { group, memberIds });
    return true;
  }

  /**
   * Behind the write: the deletion of an account erases first, and then takes its user out of the groups that it finds
   * him in. This one it may not have found. One whose creator is gone is closed, unless it was passed on.
   *
   * @param memberIds the creator first
   * @returns those whose accounts were deleted
   * @throws Problem `session_revoked` when the creator's is one
   */
  private async takeOutDeleted(groupId: GroupId, memberIds: readonly UserId[]): Promise<UserId[]> {
    const users = await this.users.findByIds(memberIds);
    const gone = memberIds.filter((id) => users.get(id)?.deletedAt !== null);
    const [creatorId] = memberIds;
    if (creatorId !== undefined && gone.includes(creatorId)) {
      const owners = await this.memberships.listOfGroup(groupId, { role: 'owner' }, 2);
      if (owners.every(({ userId }) => userId === creatorId)) await this.close(groupId);
      throw new Problem('session_revoked', 'The account was deleted.');
    }
    for (const userId of gone) {
      const membership = await this.memberships.find(groupId, userId);
      if (membership !== null) await unlessRefused('conflict', () => this.changes.take(membership, userId));
    }
    return gone;
  }

  /** A direct conversation that was begun with somebody whose account was deleted in the same moment is none. */
  private async requireBoth(groupId: GroupId, memberIds: readonly UserId[]): Promise<void> {
    const gone = await this.takeOutDeleted(groupId, memberIds);
    if (gone.length === 0) return;
    await this.close(groupId);
    throw new Problem('not_found', 'There is no such user.');
  }

  /** The deletion may have closed it already. */
  private async close(groupId: GroupId): Promise<void> {
    await unlessRefused('not_found', () => this.closing.close(groupId));
  }
}
