import { Injectable } from '@nestjs/common';

import { DomainEvents } from '../common/domain-events.js';
import type { GroupId, UserId } from '../common/ids.js';
import { OtherNodes } from '../common/other-nodes.js';
import { ReadThroughCache } from '../common/read-through-cache.js';
import type { MarkerKind } from './membership.schema.js';
import { MembershipsRepository, type MemberMarker } from './memberships.repository.js';

/** The two members of a group who have come least far: whoever asks, the lowest of the others is one of them. */
type Lowest = Readonly<Record<MarkerKind, readonly MemberMarker[]>>;

const maxCachedGroups = 20_000;

/**
 * Up to where everyone else in a group has come: what the status of one's own messages is made of. Answers come from
 * memory until one of those who have come least far moves on, or members come or go.
 */
@Injectable()
export class MarkerFloorsService {
  private readonly cache: ReadThroughCache<GroupId, Lowest>;

  constructor(
    private readonly memberships: MembershipsRepository,
    events: DomainEvents,
    nodes: OtherNodes,
  ) {
    this.cache = new ReadThroughCache('marker-floors', maxCachedGroups, nodes);
    events.listen(({ name, payload }) => {
      if (name === 'member.added' || name === 'member.removed' || name === 'group.deleted') {
        this.cache.forget(payload.groupId);
      }
    });
  }

  /** Both are 0 when there is nobody else. */
  async of(groupId: GroupId, userId: UserId): Promise<{ deliveredSeq: number; readSeq: number }> {
    const lowest = await this.cache.get(groupId, () => this.readLowest(groupId));
    const ofOthers = (markers: readonly MemberMarker[] = []) =>
      markers.find((marker) => marker.userId !== userId)?.seq ?? 0;
    return { deliveredSeq: ofOthers(lowest?.delivered), readSeq: ofOthers(lowest?.read) };
  }

  /** A marker of this member has moved, or may have. */
  markerMoved(groupId: GroupId, userId: UserId): void {
    const known = this.cache.peek(groupId);
    const isAmongLowest = [...(known?.delivered ?? []), ...(known?.read ?? [])].some((one) => one.userId === userId);
    // Another node may remember what this one does not.
    if (known === undefined || isAmongLowest) this.cache.forget(groupId);
    // What is being read may hold where he was before the move, and he may be among the lowest in it.
    else this.cache.change(groupId, (lowest) => lowest);
  }

  private async readLowest(groupId: GroupId): Promise<Lowest> {
    const [delivered, read] = await Promise.all([
      this.memberships.listLowest(groupId, 'delivered', 2),
      this.memberships.listLowest(groupId, 'read', 2),
    ]);
    return { delivered, read };
  }
}
