import { Injectable } from '@nestjs/common';

import type { UpdateGroupRequest } from '../../contract/requests.js';
import type { GroupDetailView, MemberRole } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { Clock } from '../common/clock.js';
import { withKnownOutcome, withKnownResult } from '../common/database-outage.js';
import { DomainEvents } from '../common/domain-events.js';
import type { GroupId } from '../common/ids.js';
import { OtherNodes } from '../common/other-nodes.js';
import { Problem } from '../common/problem.js';
import { UsersService } from '../users/users.service.js';
import { channelKeysOf, nameKeyOf } from './channel-name.js';
import { GroupAccess } from './group-access.js';
import type { GroupRecord } from './group.schema.js';
import { toGroupDetail } from './group.view.js';
import { GroupsRepository, type GroupChanges } from './groups.repository.js';
import { InvitesRepository } from './invites.repository.js';
import { MemberCountsService } from './member-counts.service.js';
import { MembershipsRepository } from './memberships.repository.js';
import { otherMember } from './other-member.js';

/** Groups as such: found, changed, closed. They are made in `new-groups.service.ts`. Their members are in {@link MembersService}. */
@Injectable()
export class GroupsService {
  constructor(
    private readonly groups: GroupsRepository,
    private readonly memberships: MembershipsRepository,
    private readonly invites: InvitesRepository,
    private readonly access: GroupAccess,
    private readonly counts: MemberCountsService,
    private readonly users: UsersService,
    private readonly events: DomainEvents,
    private readonly nodes: OtherNodes,
    private readonly clock: Clock,
  ) {}

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
        ...(group.kind === 'channel' && channelKeysOf(name)),
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
    await this.nodes.cut(() => {
      this.events.publish('group.deleted', { groupId });
    });
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
}

export function nameTaken(): Problem {
  return new Problem('conflict', 'There is a channel of this name.', {
    errors: [{ field: 'name', message: 'is taken' }],
  });
}
