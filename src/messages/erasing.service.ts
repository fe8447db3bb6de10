import { Injectable } from '@nestjs/common';

import type { Actor } from '../common/actor.js';
import { DomainEvents } from '../common/domain-events.js';
import type { MessageId } from '../common/ids.js';
import { MessageAccess } from './message-access.js';
import { MessageChanger } from './message-changer.js';
import { MessageFiles } from './message-files.js';

/** Deleting for good. */
@Injectable()
export class ErasingService {
  constructor(
    private readonly changer: MessageChanger,
    private readonly access: MessageAccess,
    private readonly files: MessageFiles,
    private readonly events: DomainEvents,
  ) {}

  /**
   * Hard delete, by an admin, who need not be a member: text, former texts, mentions, reactions, pin, files and the
   * sender's own id of it are erased, and nobody can restore the message. Its place in the log stays; the same send again
   * makes no other. Doing so twice is doing so once.
   *
   * @throws Problem `not_found`, `forbidden` for a member, `not_a_member` for anybody else who is no admin, `unavailable`
   */
  async erase(actor: Actor, id: MessageId): Promise<void> {
    await this.changer.make(id, {
      require: () => this.access.requireForErasure(actor, id),
      refuse: () => null,
      changesOf: async ({ deletedAt, erasedAt, attachments }, now) => {
        if (erasedAt !== null) return null;
        if (attachments !== undefined) await this.files.expectErasure(id);
        const nothing = {
          clientMessageId: null,
          content: '',
          mentions: [],
          reactions: [],
          versions: [],
          pinnedAt: null,
          ...(attachments !== undefined && { attachments: [] }),
        };
        return { ...nothing, deletedAt: deletedAt ?? now, deletedBy: actor.userId, erasedAt: now, updatedAt: now };
      },
      announce: (message) => {
        this.events.publish('message.deleted', { message, deletedBy: actor.userId });
      },
    });
    await this.files.erase(id);
  }
}
