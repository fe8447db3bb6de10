import { Injectable } from '@nestjs/common';

import type { UserId } from '../common/ids.js';
import { changedMeanwhile, MembershipChangesService } from './membership-changes.service.js';
import type { MembershipRecord } from './membership.schema.js';
import { MembershipsRepository } from './memberships.repository.js';

/**
 * Hands a group over to another owner. The heir becomes an owner first and the former owner a moderator second: a crash
 * in between leaves two owners, never none, and the same request again finishes what was begun.
 */
@Injectable()
export class HandOverService {
  constructor(
    private readonly memberships: MembershipsRepository,
    private readonly changes: MembershipChangesService,
  ) {}

  /**
   * @param owner who hands over
   * @param present the heir's membership now; `null` when he is to become a member
   * @throws Problem `conflict` when the owner handed the group to somebody else at the same moment
   */
  async run(owner: MembershipRecord, heirId: UserId, present: MembershipRecord | null): Promise<MembershipRecord> {
    const heir = await this.raise(owner, heirId, present);
    if ((await this.changes.setRole(owner, 'moderator', owner.userId)) !== null) return heir;
    const owners = await this.memberships.listOfGroup(owner.groupId, { role: 'owner' }, 2);
    // The same hand-over, asked for twice at once: the other request did the second half.
    if (owners.every(({ userId }) => userId === heirId)) return heir;
    await this.undo(owner, heir, present);
    throw changedMeanwhile();
  }

  private async raise(
    { groupId, userId: by }: MembershipRecord,
    heirId: UserId,
    present: MembershipRecord | null,
  ): Promise<MembershipRecord> {
    if (present?.role === 'owner') return present;
    const raised =
      present === null
        ? (await this.changes.add(groupId, heirId, 'owner', by)).membership
        : await this.changes.setRole(present, 'owner', by);
    // Somebody else changed him at the same moment.
    if (raised?.role !== 'owner') throw changedMeanwhile();
    return raised;
  }

  private async undo(owner: MembershipRecord, heir: MembershipRecord, before: MembershipRecord | null): Promise<void> {
    if (before === null) await this.changes.take(heir, owner.userId);
    else if (before.role !== 'owner') await this.changes.setRole(heir, before.role, owner.userId);
  }
}
