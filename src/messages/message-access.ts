import { Injectable } from '@nestjs/common';

import type { Actor } from '../common/actor.js';
import type { MessageId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { GroupAccess, type Access } from '../groups/group-access.js';
import type { Permission } from '../groups/group.policy.js';
import { AdminAccess } from '../users/admin-access.js';
import type { MessageRecord } from './message.schema.js';
import { MessagesRepository } from './messages.repository.js';

export interface MessageFound extends Access {
  readonly message: MessageRecord;
}

/** The only way to a message by its id: its group says who may. */
@Injectable()
export class MessageAccess {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly access: GroupAccess,
    private readonly admins: AdminAccess,
  ) {}

  /** @throws Problem `not_found`, `not_a_member`, or `forbidden` when the role is too low */
  async require(actor: Actor, id: MessageId, permission: Permission): Promise<MessageFound> {
    const message = await this.find(id);
    return { message, ...(await this.access.require(actor, message.groupId, permission)) };
  }

  /**
   * For an admin, who need not be a member, whatever became of the group: what must go must go.
   *
   * @throws Problem `not_found`, `not_a_member`, or `forbidden` for a member who is no admin
   */
  async requireForErasure(actor: Actor, id: MessageId): Promise<{ message: MessageRecord }> {
    if (await this.admins.isAdmin(actor)) return { message: await this.find(id) };
    await this.require(actor, id, 'read');
    throw new Problem('forbidden', 'Only an admin deletes for good.');
  }

  private async find(id: MessageId): Promise<MessageRecord> {
    const message = await this.messages.findById(id);
    if (message === null) throw new Problem('not_found', 'There is no such message.');
    return message;
  }
}
