import { Injectable } from '@nestjs/common';

import type { MemberRole } from '../../contract/views.js';
import type { GroupId, UserId } from '../common/ids.js';
import { UserPresence } from '../users/user-presence.js';
import { GroupAccess } from './group-access.js';
import type { MembershipRecord } from './membership.schema.js';
import { MembershipsRepository } from './memberships.repository.js';

interface MembersFilter {
  role?: MemberRole | undefined;
  after?: string | undefined;
}

/** So many are looked at in one go. */
const batch = 500;

/** Members who are connected, or who are not, in the order of their ids. Who is connected is not in the database. */
@Injectable()
export class MembersByPresence {
  constructor(
    private readonly memberships: MembershipsRepository,
    private readonly presence: UserPresence,
    private readonly access: GroupAccess,
  ) {}

  /** Up to `limit` of them, after a given one. */
  async list(groupId: GroupId, isOnline: boolean, filter: MembersFilter, limit: number): Promise<MembershipRecord[]> {
    const found: MembershipRecord[] = [];
    for await (const members of this.batches(groupId, isOnline, filter)) {
      found.push(...members.filter(({ userId }) => this.isConnected(userId) === isOnline));
      if (found.length >= limit) break;
    }
    return found.slice(0, limit);
  }

  /** Of those who are there now and those who belong to the group, the smaller crowd is gone through. */
  private async *batches(
    groupId: GroupId,
    isOnline: boolean,
    filter: MembersFilter,
  ): AsyncGenerator<MembershipRecord[]> {
    const { memberCount } = await this.access.requireGroup(groupId);
    const connected = isOnline ? this.presence.connectedIds() : [];
    if (isOnline && connected.length < memberCount) yield* this.amongConnected(groupId, connected, filter);
    else yield* this.amongMembers(groupId, filter);
  }

  private async *amongConnected(
    groupId: GroupId,
    connected: readonly UserId[],
    { role, after = '' }: MembersFilter,
  ): AsyncGenerator<MembershipRecord[]> {
    const ids = connected.filter((id) => id > after).sort();
    for (let start = 0; start < ids.length; start += batch) {
      yield await this.memberships.findMembers(groupId, ids.slice(start, start + batch), role);
    }
  }

  private async *amongMembers(groupId: GroupId, filter: MembersFilter): AsyncGenerator<MembershipRecord[]> {
    let { after } = filter;
    for (;;) {
      const members = await this.memberships.listOfGroup(groupId, { role: filter.role, after }, batch);
      yield members;
      if (members.length < batch) return;
      after = members.at(-1)?.userId;
    }
  }

  private isConnected(userId: UserId): boolean {
    return this.presence.presenceOf(userId, 'online') !== 'offline';
  }
}
