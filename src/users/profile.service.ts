import { Injectable } from '@nestjs/common';

import type { PresenceRequest, UpdateProfileRequest } from '../../contract/requests.js';
import type { OwnUserView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { Clock } from '../common/clock.js';
import type { AttachmentId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { displayNameKey, emailKey } from './user-keys.js';
import { UserFiles } from './user-files.js';
import { PresenceAudience } from './user-presence.js';
import type { UserRecord } from './user.schema.js';
import { UsersService } from './users.service.js';

/** What a user says about himself. */
@Injectable()
export class ProfileService {
  constructor(
    private readonly users: UsersService,
    private readonly audience: PresenceAudience,
    private readonly files: UserFiles,
    private readonly clock: Clock,
  ) {}

  /**
   * Changes the actor's own profile; what is not given stays as it is. Messages show the new name from here on, and those
   * who share a group are told of another `statusText`.
   *
   * @throws Problem `conflict` when another account has the address, in either case, `validation_failed` for an avatar that
   *   is no picture of the actor's own
   */
  async update(
    actor: Actor,
    { displayName, email, statusText, avatarAttachmentId }: UpdateProfileRequest,
  ): Promise<OwnUserView> {
    const before = await this.users.requireById(actor.userId);
    const formerAvatar = before.avatarAttachmentId ?? null;
    const avatar = avatarAttachmentId === undefined ? formerAvatar : toAttachmentId(avatarAttachmentId);
    if (avatar !== null && avatar !== formerAvatar) await this.files.holdAvatar(actor.userId, avatar);
    const changes: Partial<UserRecord> = {
      ...(displayName !== undefined && { displayName, displayNameKey: displayNameKey(displayName, before.username) }),
      ...(email !== undefined && { email, emailKey: emailKey(email) }),
      ...(statusText !== undefined && { statusText, statusUntil: null }),
      ...(avatar !== formerAvatar && { avatarAttachmentId: avatar }),
    };
    if (Object.keys(changes).length === 0) return this.users.ownView(before);
    if (formerAvatar !== null && avatar !== formerAvatar) await this.files.expectDrop(formerAvatar);
    const user = await this.users.change(actor.userId, { ...changes, updatedAt: this.clock.now() });
    if (formerAvatar !== null && avatar !== formerAvatar) await this.files.dropAvatar(formerAvatar);
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

function toAttachmentId(id: string | null): AttachmentId | null {
  return id === null ? null : (id.toLowerCase() as AttachmentId);
}
