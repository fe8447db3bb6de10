import { Injectable } from '@nestjs/common';

import type { MessageView, Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { decodeOptionalCursor, encodeCursor, listOf, toPage } from '../common/cursor.js';
import { DomainEvents } from '../common/domain-events.js';
import type { GroupId, MessageId } from '../common/ids.js';
import { GroupAccess } from '../groups/group-access.js';
import { MessageAccess } from './message-access.js';
import { MessageChanger } from './message-changer.js';
import { MessageViewsService } from './message-views.service.js';
import { mayPin, refusePin } from './message.policy.js';
import { PinnedMessagesRepository } from './pinned-messages.repository.js';
import { Turns } from './turns.js';

const listName = 'pins';

/** What a group keeps at hand. Each verb goes: access, rule, write, event. */
@Injectable()
export class PinsService {
  /** Those who pin in one group take turns, so that within this process none of them exceeds the limit. */
  private readonly turns = new Turns<GroupId>();

  constructor(
    private readonly pinned: PinnedMessagesRepository,
    private readonly changer: MessageChanger,
    private readonly access: GroupAccess,
    private readonly messageAccess: MessageAccess,
    private readonly views: MessageViewsService,
    private readonly events: DomainEvents,
  ) {}

  /**
   * Pins a message, or takes its pin off; doing so twice is doing so once, and a pin keeps the time of the first.
   *
   * @throws Problem `not_found`, `not_a_member`, `forbidden` for who does not moderate the group, or when one of two has
   *   blocked the other, `gone` when the message is deleted, `conflict` when the group has as many pins as it can take,
   *   `unavailable`
   */
  async pin(actor: Actor, id: MessageId, isPinned: boolean): Promise<MessageView> {
    // A pin is put before the others' eyes; in a direct conversation with a block that is nobody's right.
    const permission = isPinned ? 'send' : 'read';
    const { message } = await this.messageAccess.require(actor, id, permission);
    return this.turns.take(message.groupId, () =>
      this.changer.change(actor, id, {
        require: () => this.messageAccess.require(actor, id, permission),
        refuse: async (found) => {
          const isAdded = isPinned && found.message.pinnedAt === null;
          const count = isAdded ? await this.pinned.count(found.message.groupId) : null;
          return refusePin(mayPin(found), count, found.message);
        },
        changesOf: ({ pinnedAt }, now) =>
          (pinnedAt !== null) === isPinned ? null : { pinnedAt: isPinned ? now : null, updatedAt: now },
        announce: (view) => {
          this.events.publish('message.pinned', { message: view, pin: { userId: actor.userId, isPinned } });
        },
      }),
    );
  }

  /** A group's pinned messages, newest pin first. @throws Problem `not_found` or `not_a_member` */
  async list(actor: Actor, groupId: GroupId, query: { limit: number; cursor?: string }): Promise<Page<MessageView>> {
    await this.access.require(actor, groupId, 'read');
    const list = listOf(listName, groupId);
    const [pinnedAt, seq] = decodeOptionalCursor(list, query.cursor, ['time', 'number']) ?? [];
    const before = pinnedAt === undefined || seq === undefined ? null : { pinnedAt, seq };
    const rows = await this.pinned.list(groupId, before, query.limit + 1);
    const page = toPage(
      rows,
      query.limit,
      (row) => row,
      (row) => encodeCursor(list, [row.pinnedAt, row.seq]),
    );
    const items = await this.views.listForUser(actor.userId, page.items);
    // Asked again behind the read: what was accepted after a removal does not reach the removed.
    await this.access.require(actor, groupId, 'read');
    return { ...page, items };
  }
}
