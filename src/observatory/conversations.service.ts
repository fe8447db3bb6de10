import { Injectable } from '@nestjs/common';

import type {
  ConversationAnalyticsView,
  ConversationStatus,
  ConversationView,
  EntryOrder,
  EntryView,
} from '../../contract/observatory.js';
import type { Page } from '../../contract/views.js';
import { Clock } from '../common/clock.js';
import { decodeCursor, decodeOptionalCursor, encodeCursor, toPage } from '../common/cursor.js';
import { Problem } from '../common/problem.js';
import { analyticsOf } from './conversation-analytics.js';
import { unionOf } from './conversation-numbers.js';
import { activeSince } from './conversation-status.policy.js';
import { treeOf } from './conversation-tree.js';
import type { ConversationRecord } from './conversation.schema.js';
import { toConversationView } from './conversation.view.js';
import { ConversationsRepository } from './conversations.repository.js';
import { EntriesRepository } from './entries.repository.js';
import { toEntryView } from './entry.view.js';
import type { LineRow } from './line-row.js';
import { entryIdIn, type ConversationId, type ProjectId } from './observatory-ids.js';
import { SegmentsRepository } from './segments.repository.js';

interface ConversationsQuery {
  projectId?: ProjectId | undefined;
  status?: ConversationStatus | undefined;
  startDate?: Date | undefined;
  endDate?: Date | undefined;
  q?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

interface EntriesQuery {
  order: EntryOrder;
  limit: number;
  cursor?: string;
}

const listName = 'conversations';

/** What was said in the transcripts. */
@Injectable()
export class ConversationsService {
  constructor(
    private readonly conversations: ConversationsRepository,
    private readonly entries: EntriesRepository,
    private readonly segments: SegmentsRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * The latest active first. One that gets a new line during a walk moves to its beginning.
   *
   * @throws Problem `validation_failed` for a cursor of another list
   */
  async list({ status, limit, cursor, ...wanted }: ConversationsQuery): Promise<Page<ConversationView>> {
    const now = this.clock.now();
    const decoded = decodeOptionalCursor(listName, cursor, ['time', 'string']);
    const after = decoded === undefined ? null : { lastActivityAt: decoded[0], id: decoded[1] as ConversationId };
    const filter = {
      ...wanted,
      ...(status !== undefined && { status: { is: status, activeSince: activeSince(now) } }),
    };
    const rows = await this.conversations.list(filter, after, limit + 1);
    return toPage(
      rows,
      limit,
      (row) => toConversationView(row, now),
      (row) => encodeCursor(listName, [row.lastActivityAt, row._id]),
    );
  }

  /** @throws Problem `not_found` */
  async get(id: ConversationId): Promise<ConversationView> {
    return toConversationView(await this.require(id), this.clock.now());
  }

  /**
   * Its lines, as they were written, or as a tree.
   *
   * @throws Problem `not_found`, `validation_failed` for a cursor of another order
   */
  async messages(id: ConversationId, { order, limit, cursor }: EntriesQuery): Promise<Page<EntryView>> {
    await this.require(id);
    return order === 'line' ? this.inLineOrder(id, limit, cursor) : this.inTreeOrder(id, limit, cursor);
  }

  /** @throws Problem `not_found` */
  async analytics(id: ConversationId): Promise<ConversationAnalyticsView> {
    await this.require(id);
    return { conversationId: id, ...analyticsOf(await this.rowsOf(id)) };
  }

  private async inLineOrder(id: ConversationId, limit: number, cursor: string | undefined): Promise<Page<EntryView>> {
    const name = `entries-of-${id}`;
    const decoded = decodeOptionalCursor(name, cursor, ['time', 'string']);
    const after = decoded === undefined ? null : { order: decoded[0], place: decoded[1] };
    const rows = await this.entries.list(id, after, limit + 1);
    return toPage(
      rows,
      limit,
      (row) => toEntryView(row, null),
      (row) => encodeCursor(name, [row.order, row.place]),
    );
  }

  /** What comes between two pages stands somewhere in the tree; the lines that were there keep their order. */
  private async inTreeOrder(id: ConversationId, limit: number, cursor: string | undefined): Promise<Page<EntryView>> {
    const name = `tree-of-${id}`;
    const last = cursor === undefined ? undefined : decodeCursor(name, cursor, ['string'])[0];
    const tree = treeOf(await this.rowsOf(id));
    const from = last === undefined ? 0 : tree.findIndex((place) => place.id === last) + 1;
    if (last !== undefined && from === 0) throw Problem.field('cursor', 'is not a cursor of this list');
    const places = tree.slice(from, from + limit + 1);
    const found = await this.entries.listByIds(
      id,
      places.slice(0, limit).map((place) => place.id),
    );
    const byId = new Map(found.map((entry) => [entryIdIn(entry._id), entry]));
    const page = toPage(
      places,
      limit,
      (place) => place,
      (place) => encodeCursor(name, [place.id]),
    );
    const items = page.items.flatMap((place) => {
      const entry = byId.get(place.id);
      return entry === undefined ? [] : [toEntryView(entry, place.depth)];
    });
    return { ...page, items };
  }

  private async rowsOf(id: ConversationId): Promise<LineRow[]> {
    const parts: LineRow[][] = [];
    for await (const { rows } of this.segments.ofConversations([id])) parts.push(rows);
    return unionOf(parts);
  }

  private async require(id: ConversationId): Promise<ConversationRecord> {
    const conversation = await this.conversations.findById(id);
    if (conversation === null) throw new Problem('not_found', 'There is no such conversation.');
    return conversation;
  }
}
