import { Injectable } from '@nestjs/common';

import type { MessagePage, MessageView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { decodeCursor, encodeCursor } from '../common/cursor.js';
import type { GroupId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { GroupAccess } from '../groups/group-access.js';
import { UsersService } from '../users/users.service.js';
import { LogRepository } from './log/log.repository.js';
import type { MessageRecord } from './message.schema.js';
import { toMessageView, toSenderView } from './message.view.js';
import { MessagesRepository, type LogRange } from './messages.repository.js';

/** Which page of a group's history is wanted; at most one of the four places. */
export interface HistoryQuery {
  limit: number;
  includeDeleted: boolean;
  before?: number | undefined;
  after?: number | undefined;
  around?: number | undefined;
  cursor?: string | undefined;
}

const listName = 'messages';

/** A group's messages, page by page, by their place in the log. */
@Injectable()
export class MessageHistoryService {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly log: LogRepository,
    private readonly access: GroupAccess,
    private readonly users: UsersService,
  ) {}

  /**
   * Newest first; with `after`, oldest first. `around` gives the place and its neighbours, newest first.
   *
   * @throws Problem `not_found`, `not_a_member`, `validation_failed` when more than one place is given
   */
  async list(actor: Actor, groupId: GroupId, query: HistoryQuery): Promise<MessagePage> {
    await this.access.require(actor, groupId, 'read');
    const range = rangeOf(query);
    // The end is read first: what is written between the two reads is then caught up by `rev`, never missed.
    const end = await this.log.findEnd(groupId);
    const newer = query.around === undefined ? [] : await this.newerHalf(groupId, query.around, query);
    const limit = query.limit - newer.length;
    const rows = await this.messages.listRange(groupId, range, limit + 1);
    const hasMore = rows.length > limit;
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: await this.toViews([...newer, ...shown]),
      nextCursor: hasMore && last !== undefined ? encodeCursor(listName, [range.direction, last.seq]) : null,
      hasMore,
      lastSeq: end.lastSeq,
      rev: end.rev,
    };
  }

  private async newerHalf(groupId: GroupId, around: number, query: HistoryQuery): Promise<MessageRecord[]> {
    const half = Math.floor(query.limit / 2);
    if (half === 0) return [];
    const range: LogRange = { direction: 'newer', beyond: around, includeDeleted: query.includeDeleted };
    return (await this.messages.listRange(groupId, range, half)).reverse();
  }

  private async toViews(records: readonly MessageRecord[]): Promise<MessageView[]> {
    const senders = await this.users.findByIds(records.map((record) => record.senderId));
    return records.map((record) => {
      const sender = senders.get(record.senderId);
      if (sender === undefined) throw new Error(`the sender of message ${record._id} is not there`);
      return toMessageView(record, toSenderView(sender));
    });
  }
}

function rangeOf({ before, after, around, cursor, includeDeleted }: HistoryQuery): LogRange {
  const given = [before, after, around, cursor].filter((place) => place !== undefined);
  if (given.length > 1) {
    throw new Problem('validation_failed', 'Only one of before, after, around and cursor can be given.');
  }
  if (cursor !== undefined) {
    const [direction, beyond] = decodeCursor(listName, cursor, ['string', 'number']);
    return { direction: direction === 'newer' ? 'newer' : 'older', beyond, includeDeleted };
  }
  if (after !== undefined) return { direction: 'newer', beyond: after, includeDeleted };
  return { direction: 'older', beyond: around === undefined ? before : around + 1, includeDeleted };
}
