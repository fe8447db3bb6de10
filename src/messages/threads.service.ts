import { Injectable } from '@nestjs/common';

import type { MessageView, Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { decodeCursor, encodeCursor, listOf, toPage } from '../common/cursor.js';
import type { MessageId } from '../common/ids.js';
import { MessageAccess } from './message-access.js';
import { MessageViewsService } from './message-views.service.js';
import { ThreadsRepository } from './threads.repository.js';

const listName = 'thread';

/** What was replied to a message. */
@Injectable()
export class ThreadsService {
  constructor(
    private readonly threads: ThreadsRepository,
    private readonly access: MessageAccess,
    private readonly views: MessageViewsService,
  ) {}

  /**
   * The replies to a message that are not deleted, by their place; also those to a deleted message.
   *
   * @throws Problem `not_found` or `not_a_member`
   */
  async list(actor: Actor, id: MessageId, query: { limit: number; cursor?: string }): Promise<Page<MessageView>> {
    const { message } = await this.access.require(actor, id, 'read');
    const list = listOf(listName, message._id);
    const after = query.cursor === undefined ? undefined : decodeCursor(list, query.cursor, ['number'])[0];
    const rows = await this.threads.list(message, after, query.limit + 1);
    const page = toPage(
      rows,
      query.limit,
      (row) => row,
      (row) => encodeCursor(list, [row.seq]),
    );
    const items = await this.views.listForUser(actor.userId, page.items);
    // Asked again behind the read: what was accepted after a removal does not reach the removed.
    await this.access.require(actor, id, 'read');
    return { ...page, items };
  }
}
