import { Injectable, Logger } from '@nestjs/common';

import type { MemberRole } from '../../contract/views.js';
import { Clock } from '../common/clock.js';
import { withKnownOutcome, withKnownResult } from '../common/database-outage.js';
import { DomainEvents } from '../common/domain-events.js';
import type { GroupId, UserId } from '../common/ids.js';
import { OtherNodes } from '../common/other-nodes.js';
import { Problem } from '../common/problem.js';
import { UsersService } from '../users/users.service.js';
import { GroupAccess } from './group-access.js';
import { GroupLog } from './group-log.js';
import { MemberCountsService } from './member-counts.service.js';
import { newMembership } from './membership.js';
import type { MembershipRecord } from './membership.schema.js';
import { MembershipsRepository } from './memberships.repository.js';

/**
 * The writes of memberships, each with its event. No rule is here: whoever calls has asked for access. What is kept in
 * memory of a membership is forgotten whatever becomes of its write.
 */
@Injectable()
export class MembershipChangesService {
  private readonly logger = new Logger(MembershipChangesService.name);

  constructor(
    private readonly memberships: MembershipsRepository,
    private readonly access: GroupAccess,
    private readonly counts: MemberCountsService,
    private readonly log: GroupLog,
    private readonly users: UsersService,
    private readonly events: DomainEvents,
    private readonly nodes: OtherNodes,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a user a member; what was said before he came is neither unread nor undelivered for him.
   *
   * @param admittedBy the use of an invitation by which he comes
   * @returns his membership; not new when somebody else added him at the same moment
   * @throws Problem `conflict` when he was removed in the same moment, `not_found` when his account was deleted in it
   */
  async add(
    groupId: GroupId,
    userId: UserId,
    role: MemberRole,
    by: UserId,
    admittedBy: string | null = null,
  ): Promise<{ membership: MembershipRecord; isNew: boolean }> {
    const memberCount = await this.sizeOf(groupId);
    const { lastSeq } = await this.log.findEnd(groupId);
    const joinedAt = this.clock.now();
    const membership = newMembership(groupId, userId, role, joinedAt, { lastSeq, admittedBy });
    const isNew = await this.forgetting(membership, () =>
      withKnownOutcome(
        () => this.memberships.insert(membership),
        async () => (await this.memberships.find(groupId, userId))?.joinedAt.getTime() === joinedAt.getTime(),
      ),
    );
    if (isNew) {
      this.events.publish('member.added', { groupId, userId, role, by, memberCount });
      await this.recount(groupId);
      await this.requireNotDeleted(membership, by);
      return { membership, isNew };
    }
    const present = await this.memberships.find(groupId, userId);
    if (present === null) throw changedMeanwhile();
    return { membership: present, isNew };
  }

  /**
   * Gives a member another role.
   *
   * @returns the membership after it, `null` when he is no longer a member with the role that was known
   */
  async setRole(membership: MembershipRecord, role: MemberRole, by: UserId): Promise<MembershipRecord | null> {
    const { groupId, userId } = membership;
    const memberCount = await this.sizeOf(groupId);
    const changed = await this.forgetting(membership, () =>
      withKnownResult(
        () => this.memberships.setRole(groupId, userId, membership.role, role),
        async () => {
          const present = await this.memberships.find(groupId, userId);
          return present?.role === role ? present : null;
        },
      ),
    );
    if (changed !== null) {
      // A right that was taken away is nobody's any more, on any node.
      await this.nodes.cut(() => {
        this.events.publish('member.updated', { groupId, userId, role, by, memberCount });
      });
    }
    return changed;
  }

  /**
   * Takes a member out of the group; nothing that is accepted later reaches him.
   *
   * @throws Problem `conflict` when he is no longer a member with the role that was known
   */
  async take(membership: MembershipRecord, by: UserId): Promise<void> {
    const { groupId, userId, role } = membership;
    const memberCount = await this.sizeOf(groupId);
    const isTaken = await this.forgetting(membership, () =>
      withKnownOutcome(
        () => this.memberships.delete(groupId, userId, role),
        async () => (await this.memberships.find(groupId, userId)) === null,
      ),
    );
    if (!isTaken) throw changedMeanwhile();
    await this.nodes.cut(() => {
      this.events.publish('member.removed', { groupId, userId, role, by, memberCount });
    });
    await this.recount(groupId);
  }

  /**
   * Behind the write: the deletion of an account erases first, and then takes its user out of the groups that it finds
   * him in. This one it may not have found.
   */
  private async requireNotDeleted(membership: MembershipRecord, by: UserId): Promise<void> {
    const user = await this.users.findById(membership.userId);
    if (user !== null && user.deletedAt === null) return;
    await this.take(membership, by);
    throw new Problem('not_found', 'There is no such user.');
  }

  /** Asked before a write: nothing stands between it and its event. */
  private async sizeOf(groupId: GroupId): Promise<number> {
    return (await this.access.findGroup(groupId))?.memberCount ?? 0;
  }

  private async forgetting<Result>(
    { groupId, userId }: MembershipRecord,
    write: () => Promise<Result>,
  ): Promise<Result> {
    try {
      return await write();
    } finally {
      this.access.forgetMembership(groupId, userId);
    }
  }

  private async recount(groupId: GroupId): Promise<void> {
    try {
      await this.counts.recount(groupId);
    } catch (error) {
      // The change is made and told: that the number is late must not make its answer a failure.
      this.logger.warn({ err: error, groupId }, 'the members could not be counted');
    }
  }
}

/** Somebody else was faster. */
export function changedMeanwhile(): Problem {
  return new Problem('conflict', 'The membership was changed meanwhile; look again.');
}
