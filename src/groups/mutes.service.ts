import { Injectable } from '@nestjs/common';

import type { MuteView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { Clock } from '../common/clock.js';
import { withKnownOutcome } from '../common/database-outage.js';
import type { GroupId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { GroupAccess } from './group-access.js';
import { MembershipsRepository } from './memberships.repository.js';
import { toMuteView } from './my-group.view.js';

/** Groups that a member wants to hear less of. What he has not read is counted all the same. */
@Injectable()
export class MutesService {
  constructor(
    private readonly memberships: MembershipsRepository,
    private readonly access: GroupAccess,
    private readonly clock: Clock,
  ) {}

  /**
   * Mutes a group for the actor: until then no `mention` is sent to him from it, and clients show no badge.
   *
   * @param until ISO 8601; `null`, or a time that is past, ends it
   * @throws Problem `not_found` or `not_a_member`
   */
  async set(actor: Actor, groupId: GroupId, until: string | null): Promise<MuteView> {
    await this.access.require(actor, groupId, 'read');
    const now = this.clock.now();
    const mutedUntil = until !== null && new Date(until) > now ? new Date(until) : null;
    const isSet = await this.write(actor, groupId, mutedUntil).finally(() => {
      this.access.forgetMembership(groupId, actor.userId);
    });
    if (!isSet) throw new Problem('not_a_member', 'You are not a member of this group.');
    return { groupId, ...toMuteView({ mutedUntil }, now) };
  }

  private async write({ userId }: Actor, groupId: GroupId, until: Date | null): Promise<boolean> {
    return withKnownOutcome(
      () => this.memberships.setMutedUntil(groupId, userId, until),
      async () => (await this.memberships.find(groupId, userId))?.mutedUntil?.getTime() === until?.getTime(),
    );
  }
}
