import { Injectable } from '@nestjs/common';

import type { FormerTextView, Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { decodeCursor, encodeCursor, listOf, toPage } from '../common/cursor.js';
import type { MessageId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { MessageAccess } from './message-access.js';
import { refuseFormerTexts } from './message.policy.js';
import { toFormerTextView } from './message.view.js';

const listName = 'former-texts';

/** What an edited message said before. */
@Injectable()
export class FormerTextsService {
  constructor(private readonly access: MessageAccess) {}

  /**
   * The former texts of a message, oldest first: the latest fifty.
   *
   * @throws Problem `not_found`, `not_a_member`, `gone` while the message is deleted
   */
  async list(actor: Actor, id: MessageId, query: { limit: number; cursor?: string }): Promise<Page<FormerTextView>> {
    const { message } = await this.access.require(actor, id, 'read');
    const refusal = refuseFormerTexts(message);
    if (refusal !== null) throw new Problem(refusal.code, refusal.detail);
    // The time of the last one that was given out, and how many of that time were: a place in the list would move when
    // old texts are dropped.
    const list = listOf(listName, message._id);
    const [atMs, shown] = query.cursor === undefined ? [-1, 0] : decodeCursor(list, query.cursor, ['number', 'number']);
    const rows = message.versions.filter(({ replacedAt }) => replacedAt.getTime() >= atMs).slice(shown);
    return toPage(rows.slice(0, query.limit + 1), query.limit, toFormerTextView, ({ replacedAt }) => {
      const sameTime = rows.slice(0, query.limit).filter((row) => row.replacedAt.getTime() === replacedAt.getTime());
      const before = replacedAt.getTime() === atMs ? shown : 0;
      return encodeCursor(list, [replacedAt.getTime(), before + sameTime.length]);
    });
  }
}
