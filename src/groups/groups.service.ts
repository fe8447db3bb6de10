import { Injectable } from '@nestjs/common';

import type { CreateGroupRequest, UpdateGroupRequest } from '../../contract/requests.js';
import type { GroupDetailView, MemberRole } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { Clock } from '../common/clock.js';
import { withKnownOutcome, withKnownResult } from '../common/database-outage.js';
import { DomainEvents } from '../common/domain-events.js';
import { newEpoch, newGroupId, type GroupId, type UserId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { BlocksService } from '../users/blocks.service.js';
import { UsersService } from '../users/users.service.js';
import { nameKeyOf, namePiecesOf } from './channel-name.js';
import { blocked, GroupAccess } from './group-access.js';
import type { GroupRecord } from './group.schema.js';
import { toGroupDetail } from './group.view.js';
import { GroupsRepository, type GroupChanges } from './groups.repository.js';
import { InvitesRepository } from './invites.repository.js';
import { MemberCountsService } from './member-counts.service.js';
import { newMembership } from './membership.js';
import { MembershipsRepository } from './memberships.repository.js';
import { otherMember } from './other-member.js';

/** Groups as such: made, found, changed, closed. Their members are in {@link MembersService}. */
@Injectable()
export class GroupsService {
  constructor(
    private readonly groups: GroupsRepository,
    private readonly memberships: MembershipsRepository,
    private readonly invites: InvitesRepository,
    private readonly access: GroupAccess,
    private readonly counts: MemberCountsService,
    private readonly users: UsersService,
    private readonly blocks: BlocksService,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a group or a channel; the creator is its owner.
   *
   * @throws Problem `validation_failed` for a member who does not exist, `conflict` when the channel's name is taken
   */
  async create(actor: Actor, request: CreateGroupRequest): Promise<GroupDetailView> {
    const others = await this.requireUsers(request.memberIds ?? [], actor.userId);
    const memberIds = [actor.userId, ...others];
    const group = this.newGroup(actor.userId, {
      memberCount: memberIds.length,
      kind: request.kind,
      name: request.name,
      searchKey: nameKeyOf(request.name),
      ...(request.kind === 'channel' && channelName(request.name)),
      description: request.description ?? '',
    });
    if (!(await this.store(group, memberIds, actor.userId))) throw nameTaken();
    return toGroupDetail(group, { role: 'owner', otherUser: null });
  }

  /**
   * The direct conversation of two people, made if there is none: the same one whoever asks, also when both ask at once.
   *
   * One that is there can still be read when one of them has blocked the other.
   *
   * @throws Problem `validation_failed` for oneself, `not_found` when there is no such user, `forbidden` for a new one
   *   when one of them has blocked the other
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
      return { group: toGroupDetail(group, about), isNew: true };
    }
    const winner = await this.groups.findByDirectKey(directKey);
    if (winner === null) throw new Error('a direct conversation refused as a duplicate is not there');
    return { group: toGroupDetail(winner, about), isNew: false };
  }

  /** @throws Problem `not_found` or `not_a_member` */
  async get(actor: Pick<Actor, 'userId'>, groupId: GroupId): Promise<GroupDetailView> {
    const { group, membership } = await this.access.requireVisible(actor, groupId);
    return this.detail(actor, group, membership?.role ?? null);
  }

  /** A channel by its name. @throws Problem `not_found` */
  async getByName(actor: Actor, name: string): Promise<GroupDetailView> {
    const group = await this.groups.findByNameKey(nameKeyOf(name));
    if (group === null) throw new Problem('not_found', 'There is no channel of this name.');
    return this.get(actor, group._id);
  }

  /** @throws Problem `not_found`, `not_a_member`, `forbidden`, or `conflict` when the name is taken */
  async update(actor: Actor, groupId: GroupId, request: UpdateGroupRequest): Promise<GroupDetailView> {
    const { group, membership } = await this.access.require(actor, groupId, 'updateGroup');
    const { name, description } = request;
    const updated = await this.write(groupId, {
      ...(name !== undefined && {
        name,
        searchKey: nameKeyOf(name),
        ...(group.kind === 'channel' && channelName(name)),
      }),
      ...(description !== undefined && { description }),
    });
    if (updated === null) throw new Problem('not_found', 'There is no such group.');
    if (updated === 'taken') throw nameTaken();
    this.events.publish('group.updated', { group: updated });
    return this.detail(actor, updated, membership.role);
  }

  /** Closes the group to all; its name becomes free. @throws Problem `not_found`, `not_a_member` or `forbidden` */
  async delete(actor: Actor, groupId: GroupId): Promise<void> {
    await this.access.require(actor, groupId, 'deleteGroup');
    await this.close(groupId);
  }

  /** The same for whoever has the right to it by another rule. @throws Problem `not_found` when it was closed already */
  async close(groupId: GroupId): Promise<void> {
    const isClosed = await this.forgetting(groupId, () =>
      withKnownOutcome(
        () => this.groups.close(groupId, this.clock.now()),
        async () => (await this.groups.findById(groupId)) === null,
      ),
    );
    // Also when somebody else closed it a moment ago: whoever is still in its room must leave.
    this.events.publish('group.deleted', { groupId });
    if (!isClosed) throw new Problem('not_found', 'There is no such group.');
    await Promise.all([this.memberships.deleteOfGroup(groupId), this.invites.deleteOfGroup(groupId)]);
  }

  private async detail(
    actor: Pick<Actor, 'userId'>,
    group: GroupRecord,
    role: MemberRole | null,
  ): Promise<GroupDetailView> {
    const memberCount = await this.counts.recount(group._id);
    const otherId = otherMember(group, actor.userId);
    const otherUser = otherId === null ? null : await this.users.findById(otherId);
    return toGroupDetail(
      { ...group, memberCount },
      { role, otherUser: otherUser === null ? null : this.users.publicView(otherUser) },
    );
  }

  private async write(groupId: GroupId, changes: GroupChanges): Promise<GroupRecord | null | 'taken'> {
    const now = this.clock.now();
    return this.forgetting(groupId, () =>
      withKnownResult(
        () => this.groups.update(groupId, changes, now),
        async () => {
          const found = await this.groups.findById(groupId);
          return found?.updatedAt.getTime() === now.getTime() ? found : null;
        },
      ),
    );
  }

  /** Whatever becomes of the write, what is kept in memory of the group does not outlive it. */
  private async forgetting<Result>(groupId: GroupId, write: () => Promise<Result>): Promise<Result> {
    try {
      return await write();
    } finally {
      this.access.forgetGroup(groupId);
    }
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
}

function channelName(name: string): { nameKey: string; namePieces: string[] } {
  const nameKey = nameKeyOf(name);
  return { nameKey, namePieces: namePiecesOf(nameKey) };
}

function nameTaken(): Problem {
  return new Problem('conflict', 'There is a channel of this name.', {
    errors: [{ field: 'name', message: 'is taken' }],
  });
}
