import { Injectable } from '@nestjs/common';

import type { PresenceRequest, UpdateProfileRequest } from '../../contract/requests.js';
import type { OwnUserView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { Clock } from '../common/clock.js';
import { Problem } from '../common/problem.js';
import { displayNameKey, emailKey } from './user-keys.js';
import { PresenceAudience } from './user-presence.js';
import type { UserRecord } from './user.schema.js';
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
   * Changes the actor's own profile; what is not given stays as it is. Messages show the new name from here on, and those
   * who share a group are told of another `statusText`.
   *
   * @throws Problem `conflict` when another account has the address, in either case
   */
  async update(actor: Actor, { displayName, email, statusText }: UpdateProfileRequest): Promise<OwnUserView> {
    const before = await this.users.requireById(actor.userId);
    const changes: Partial<UserRecord> = {
      ...(displayName !== undefined && { displayName, displayNameKey: displayNameKey(displayName, before.username) }),
      ...(email !== undefined && { email, emailKey: emailKey(email) }),
      ...(statusText !== undefined && { statusText, statusUntil: null }),
    };
    if (Object.keys(changes).length === 0) return this.users.ownView(before);
    const user = await this.users.change(actor.userId, { ...changes, updatedAt: this.clock.now() });
    if (statusText !== undefined) await this.audience.tellOf(user);
    return this.users.ownView(user);
  }

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
