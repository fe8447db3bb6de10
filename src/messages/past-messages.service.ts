import { Injectable } from '@nestjs/common';

import type { ServerEvents } from '../../contract/events.js';
import { limits } from '../../contract/limits.js';
import type { MessageView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import type { GroupId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { GroupAccess } from '../groups/group-access.js';
import { LogRepository } from './log/log.repository.js';
import { MessageHistoryService } from './message-history.service.js';
import { MessageViewsService } from './message-views.service.js';
import type { ListedMessage } from './message.schema.js';
import { MessagesRepository } from './messages.repository.js';
import { UndeliveredMessages } from './undelivered-messages.js';

/** What tells of one change in the log. */
export type ReplayedEvent = {
  [Name in 'new_message' | 'message_updated' | 'message_deleted']: { event: Name; payload: ServerEvents[Name] };
}['new_message' | 'message_updated' | 'message_deleted'];

/** What a client that connects is told of the time before. */
@Injectable()
export class PastMessagesService {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly undeliveredMessages: UndeliveredMessages,
    private readonly history: MessageHistoryService,
    private readonly log: LogRepository,
    private readonly access: GroupAccess,
    private readonly views: MessageViewsService,
  ) {}

  /** What others have sent above the delivered marker: the newest of a group, oldest first. */
  async undelivered(actor: Actor, groupId: GroupId, deliveredSeq: number, lastSeq: number): Promise<MessageView[]> {
    const span = { groupId, above: deliveredSeq, upTo: lastSeq };
    const records = await this.undeliveredMessages.of(actor.userId, span);
    return this.views.listForUser(actor.userId, records);
  }

  /** The newest messages of a group, up to a place if one is given, oldest first. @throws Problem `not_found` or `not_a_member` */
  async newest(actor: Actor, groupId: GroupId, count: number, upTo?: number): Promise<MessageView[]> {
    const { items } = await this.history.list(actor, groupId, {
      limit: count,
      includeDeleted: false,
      before: upTo === undefined ? undefined : upTo + 1,
    });
    return items.reverse();
  }

  /**
   * Every change of a group after `since` as the live event that tells of it.
   *
   * @throws Problem `not_found`, `not_a_member`, or `gone` when the log does not reach as far as `since`
   */
  async *changesSince(actor: Actor, groupId: GroupId, since: number): AsyncGenerator<ReplayedEvent> {
    await this.access.require(actor, groupId, 'read');
    if (since > (await this.log.findRev(groupId))) {
      throw new Problem('gone', 'The log does not reach as far as since: read it afresh.');
    }
    let rev = since;
    for (;;) {
      const records = await this.messages.listChanges(groupId, rev, limits.sync.defaultLimit);
      const views = await this.views.listForUser(actor.userId, records);
      // Asked for every page, behind the read: what was accepted after a removal does not reach the removed.
      await this.access.require(actor, groupId, 'read');
      for (const [index, record] of records.entries()) {
        const message = views[index];
        if (message !== undefined) yield toEvent(record, message, since);
      }
      const last = records.at(-1);
      if (last === undefined || records.length < limits.sync.defaultLimit) return;
      rev = last.rev;
    }
  }
}

function toEvent(record: ListedMessage, message: MessageView, since: number): ReplayedEvent {
  if (record.deletedAt !== null) {
    const { id, groupId, seq, rev } = message;
    const deletedBy = record.deletedBy ?? record.senderId;
    return { event: 'message_deleted', payload: { messageId: id, groupId, seq, rev, deletedBy } };
  }
  const isNew = (record.revs[0] ?? 0) > since;
  return { event: isNew ? 'new_message' : 'message_updated', payload: { message } };
}
