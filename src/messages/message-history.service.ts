import { Injectable } from '@nestjs/common';

import type { MessagePage } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { decodeCursor, encodeCursor, listOf } from '../common/cursor.js';
import type { GroupId, MessageId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { loadTogether } from '../common/load-together.js';
import { GroupAccess } from '../groups/group-access.js';
import { LogRepository } from './log/log.repository.js';
import type { ListedMessage } from './message.schema.js';
import { MessageViewsService } from './message-views.service.js';
import { keptMessages, RecentMessages, type RecentEntry } from './recent-messages.js';
import { MessagesRepository, type LogRange } from './messages.repository.js';
import { ThreadCounts } from './thread-counts.js';

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
const maxRevsTogether = 100;

/** A group's messages, page by page, by their place in the log. */
@Injectable()
export class MessageHistoryService {
  private readonly currentRev = loadTogether<GroupId, number>(async (groupIds) => {
    const revs = await this.messages.listLatestRevs([...new Set(groupIds)]);
    return groupIds.map((groupId) => revs.get(groupId) ?? 0);
  }, maxRevsTogether);

  constructor(
    private readonly messages: MessagesRepository,
    private readonly log: LogRepository,
    private readonly access: GroupAccess,
    private readonly views: MessageViewsService,
    private readonly recent: RecentMessages,
    private readonly threadCounts: ThreadCounts,
  ) {}

  /**
   * Newest first; with `after`, oldest first. `around` gives the place and its neighbours, newest first.
   *
   * @throws Problem `not_found`, `not_a_member`, `validation_failed` when more than one place is given
   */
  async list(actor: Actor, groupId: GroupId, query: HistoryQuery): Promise<MessagePage> {
    await this.access.require(actor, groupId, 'read');
    const page = await (isNewestPage(query)
      ? this.newestPage(actor, groupId, query.limit)
      : this.lookUp(actor, groupId, query));
    // Asked again behind the read: what was accepted after a removal does not reach the removed.
    await this.access.require(actor, groupId, 'read');
    return page;
  }

  private async lookUp(actor: Actor, groupId: GroupId, query: HistoryQuery): Promise<MessagePage> {
    const range = rangeOf(groupId, query);
    // The end is read first: what is written between the two reads is then caught up by `rev`, never missed.
    const end = await this.log.findEnd(groupId);
    const newer = query.around === undefined ? [] : await this.newerHalf(groupId, query.around, query);
    const limit = query.limit - newer.length;
    const rows = await this.messages.listRange(groupId, range, limit + 1);
    const hasMore = rows.length > limit;
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: await this.views.listForUser(actor.userId, [...newer, ...shown]),
      nextCursor:
        hasMore && last !== undefined ? encodeCursor(listOf(listName, groupId), [range.direction, last.seq]) : null,
      hasMore,
      lastSeq: end.lastSeq,
      rev: end.rev,
    };
  }

  /** The page that every client asks for first: from memory when that is as of the log's latest change. */
  private async newestPage(actor: Actor, groupId: GroupId, limit: number): Promise<MessagePage> {
    const rev = await this.currentRev(groupId);
    const recent = (await this.recent.find(groupId, rev)) ?? (await this.readRecent(groupId, rev));
    const threadCounts = recent.threadCounts ?? (await this.countThreads(groupId, recent));
    const shown = recent.messages.slice(0, limit);
    const last = shown.at(-1);
    const hasMore = recent.messages.length > limit || recent.hasOlder;
    return {
      items: await this.views.listForUser(actor.userId, shown, threadCounts),
      nextCursor: hasMore && last !== undefined ? encodeCursor(listOf(listName, groupId), ['older', last.seq]) : null,
      hasMore,
      lastSeq: recent.lastSeq,
      rev: recent.rev,
    };
  }

  private async countThreads(
    groupId: GroupId,
    { rev, messages }: RecentEntry,
  ): Promise<ReadonlyMap<MessageId, number>> {
    const counts = await this.threadCounts.of(messages);
    this.recent.keepThreadCounts(groupId, rev, counts);
    return counts;
  }

  private async readRecent(groupId: GroupId, rev: number): Promise<RecentEntry> {
    // As everywhere, the rev was read first: the last place and the rows are as of it or newer.
    const lastSeq = await this.log.findLastSeq(groupId);
    const range: LogRange = { direction: 'older', includeDeleted: false };
    const rows = await this.messages.listRange(groupId, range, keptMessages + 1);
    const entry = { rev, lastSeq, messages: rows.slice(0, keptMessages), hasOlder: rows.length > keptMessages };
    // Rows that are newer than the end belong to a later rev: good for this answer, not to be kept under this one.
    if (rows.every((row) => row.rev <= rev)) this.recent.keep(groupId, entry);
    return entry;
  }

  private async newerHalf(groupId: GroupId, around: number, query: HistoryQuery): Promise<ListedMessage[]> {
    const half = Math.floor(query.limit / 2);
    if (half === 0) return [];
    const range: LogRange = { direction: 'newer', beyond: around, includeDeleted: query.includeDeleted };
    return (await this.messages.listRange(groupId, range, half)).reverse();
  }
}

function isNewestPage({ limit, includeDeleted, before, after, around, cursor }: HistoryQuery): boolean {
  return limit <= keptMessages && !includeDeleted && (before ?? after ?? around ?? cursor) === undefined;
}

function rangeOf(groupId: GroupId, { before, after, around, cursor, includeDeleted }: HistoryQuery): LogRange {
  const given = [before, after, around, cursor].filter((place) => place !== undefined);
  if (given.length > 1) {
    throw new Problem('validation_failed', 'Only one of before, after, around and cursor can be given.');
  }
  if (cursor !== undefined) {
    const [direction, beyond] = decodeCursor(listOf(listName, groupId), cursor, ['string', 'number']);
    return { direction: direction === 'newer' ? 'newer' : 'older', beyond, includeDeleted };
  }
  if (after !== undefined) return { direction: 'newer', beyond: after, includeDeleted };
  return { direction: 'older', beyond: around === undefined ? before : around + 1, includeDeleted };
}
