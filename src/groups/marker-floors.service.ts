import { Injectable } from '@nestjs/common';

import type { GroupId, UserId } from '../common/ids.js';
import { MembershipsRepository } from './memberships.repository.js';

/** Up to where everyone else in a group has come: what the status of one's own messages is made of. */
@Injectable()
export class MarkerFloorsService {
  constructor(private readonly memberships: MembershipsRepository) {}

  /** Both are 0 when there is nobody else. */
  async of(groupId: GroupId, userId: UserId): Promise<{ deliveredSeq: number; readSeq: number }> {
    const [deliveredSeq, readSeq] = await Promise.all([
      this.memberships.lowestOfOthers(groupId, userId, 'delivered'),
      this.memberships.lowestOfOthers(groupId, userId, 'read'),
    ]);
    return { deliveredSeq, readSeq };
  }
}
