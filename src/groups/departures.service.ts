import { Injectable } from '@nestjs/common';

import type { GroupId, UserId } from '../common/ids.js';
import { unlessRefused } from '../common/unless-refused.js';
import type { UserMemberships } from '../users/user-memberships.js';
import { UsersService } from '../users/users.service.js';
import { GroupsRepository } from './groups.repository.js';
import { GroupsService } from './groups.service.js';
import { MembershipChangesService } from './membership-changes.service.js';
import type { MembershipRecord } from './membership.schema.js';
import { MembershipsRepository } from './memberships.repository.js';

const batch = 100;

/** While he is taken out of his groups, somebody may add a user to another, or give him another role. */
const maxRounds = 10;

/** What becomes of the groups of a user who is no more. Every step may be done again after it was interrupted. */
@Injectable()
export class DeparturesService implements UserMemberships {
  constructor(
    private readonly groups: GroupsRepository,
    private readonly memberships: MembershipsRepository,
    private readonly closing: GroupsService,
    private readonly changes: MembershipChangesService,
    private readonly users: UsersService,
  ) {}

  async endAll(userId: UserId): Promise<void> {
    for (let round = 1; round <= maxRounds; round += 1) {
      const places = await this.memberships.listOfUser(userId);
      if (places.length === 0) return;
      for (const { groupId } of places) await this.end(groupId, userId);
    }
    throw new Error('a user who is taken out of his groups becomes a member of others again and again');
  }

  /** The heir first: a crash in between leaves two owners, never none, and is mended by the next try. */
  private async end(groupId: GroupId, userId: UserId): Promise<void> {
    const membership = await this.memberships.find(groupId, userId);
    if (membership === null) return;
    const isOpen = (await this.groups.findById(groupId)) !== null;
    if (isOpen && membership.role === 'owner' && !(await this.passOn(groupId, userId))) {
      await this.close(groupId);
      return;
    }
    // With a role that was changed a moment ago, the next round takes him.
    await unlessRefused('conflict', () => this.changes.take(membership, userId));
    if (isOpen && (await this.memberships.count(groupId)) === 0) await this.close(groupId);
  }

  private async close(groupId: GroupId): Promise<void> {
    // Somebody else may have closed it a moment ago.
    await unlessRefused('not_found', () => this.closing.close(groupId));
  }

  /** @returns false when there is nobody to pass the group on to */
  private async passOn(groupId: GroupId, userId: UserId): Promise<boolean> {
    const heir = await this.findHeir(groupId, userId);
    if (heir === null) return false;
    // Passed on already, by a try that was interrupted or by another node.
    if (heir.role === 'owner') return true;
    if ((await this.changes.setRole(heir, 'owner', userId)) !== null) return true;
    // He has left, or has another role, since he was found: another look.
    return this.passOn(groupId, userId);
  }

  /**
   * Another owner if there is one; else the longest-standing moderator, else member: one who can log in, else one who may
   * be able to again. Never a bot.
   */
  private async findHeir(groupId: GroupId, userId: UserId): Promise<MembershipRecord | null> {
    let inactive: MembershipRecord | null = null;
    for (let skipped = 0; ; skipped += batch) {
      const places = await this.memberships.listOthersByStanding(groupId, userId, skipped, batch);
      const users = await this.users.findByIds(places.map((place) => place.userId));
      for (const place of places) {
        const user = users.get(place.userId);
        if (user === undefined || user.isBot || user.deletedAt !== null) continue;
        if (user.isActive || place.role === 'owner') return place;
        inactive ??= place;
      }
      if (places.length < batch) return inactive;
    }
  }
}
