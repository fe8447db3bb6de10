import { Injectable } from '@nestjs/common';

import type { PresenceRequest } from '../../contract/requests.js';
import type { OwnUserView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { Clock } from '../common/clock.js';
import { Problem } from '../common/problem.js';
import { PresenceAudience } from './user-presence.js';
import { UsersService } from './users.service.js';

/** What a user says about himself. */
@Injectable()
export class ProfileService {
  constructor(
    private readonly users: UsersService,
    private readonly audience: PresenceAudience,
    private readonly clock: Clock,
  ) {}

  /**
   * What the user wants to be seen as while he is connected. `statusText` stays as it is when it is not given; with
   * `until` the choice, and a text given with it, end by themselves.
   *
   * @throws Problem `validation_failed` when `until` is not in the future
   */
  async choosePresence(actor: Actor, { presence, statusText, until }: PresenceRequest): Promise<OwnUserView> {
    const end = until === undefined ? null : new Date(until);
    if (end !== null && end <= this.clock.now()) throw Problem.field('until', 'must be in the future');
    const user = await this.users.change(actor.userId, {
      presenceChoice: presence,
      presenceUntil: end,
      ...(statusText !== undefined && { statusText, statusUntil: end }),
    });
    await this.audience.tellOf(user);
    return this.users.ownView(user);
  }
}
