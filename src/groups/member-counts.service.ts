import { Injectable } from '@nestjs/common';

import type { GroupId } from '../common/ids.js';
import { GroupAccess } from './group-access.js';
import { GroupsRepository } from './groups.repository.js';
import { MembershipsRepository } from './memberships.repository.js';

/**
 * Keeps the number of members with each group, so that a list of groups does not count the members of any. It is
 * counted anew after every change and whenever one group is looked at, never added to: so a crash between a change and
 * its count, or a lost answer, is mended by the next look.
 */
@Injectable()
export class MemberCountsService {
  private readonly running = new Map<GroupId, Promise<number>>();
  /** Begins when the one that is running is through: it may have begun before the change it is to count. */
  private readonly next = new Map<GroupId, Promise<number>>();

  constructor(
    private readonly groups: GroupsRepository,
    private readonly memberships: MembershipsRepository,
    private readonly access: GroupAccess,
  ) {}

  /** The number of members now. However many ask at once, no more than one is counting and one is waiting. */
  recount(groupId: GroupId): Promise<number> {
    const waiting = this.next.get(groupId);
    if (waiting !== undefined) return waiting;
    const running = this.running.get(groupId);
    if (running === undefined) return this.start(groupId);
    const startNext = () => {
      this.next.delete(groupId);
      return this.start(groupId);
    };
    const next = running.then(startNext, startNext);
    this.next.set(groupId, next);
    return next;
  }

  private start(groupId: GroupId): Promise<number> {
    const counting = this.count(groupId).finally(() => this.running.delete(groupId));
    this.running.set(groupId, counting);
    return counting;
  }

  private async count(groupId: GroupId): Promise<number> {
    const count = await this.memberships.count(groupId);
    await this.groups.setMemberCount(groupId, count);
    this.access.noteMemberCount(groupId, count);
    return count;
  }
}
