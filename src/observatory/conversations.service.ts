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
import { unionOf, type NotedRows, type PlacedRow } from './conversation-numbers.js';
import { activeSince } from './conversation-status.policy.js';
import { treeOf } from './conversation-tree.js';
import type { ConversationRecord } from './conversation.schema.js';
import { toConversationView } from './conversation.view.js';
import { ConversationsRepository } from './conversations.repository.js';
import { toEntryView } from './entry.view.js';
import type { EntryRecord } from './entry-record.js';
import { packIdOf, type ConversationId, type ProjectId } from './observatory-ids.js';
import { PacksRepository, type EntryPlace } from './packs.repository.js';
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

/** What a page shows, before its entries are read. */
interface ChosenRows {
  page: Omit<Page<EntryView>, 'items'>;
  items: { placed: PlacedRow; depth: number | null }[];
}

const listName = 'conversations';
const maxAttempts = 3;

/** What was said in the transcripts. */
@Injectable()
export class ConversationsService {
  constructor(
    private readonly conversations: ConversationsRepository,
    private readonly segments: SegmentsRepository,
    private readonly packs: PacksRepository,
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
    return { conversationId: id, ...analyticsOf(unionOf(await this.rowsOf(id)).map(({ row }) => row)) };
  }

  private async inLineOrder(id: ConversationId, limit: number, cursor: string | undefined): Promise<Page<EntryView>> {
    const name = `entries-of-${id}`;
    const decoded = decodeOptionalCursor(name, cursor, ['time', 'string']);
    const after = decoded === undefined ? null : { order: decoded[0].getTime(), place: decoded[1] };
    return this.pageOf(async () => {
      const rows = unionOf(await this.rowsOf(id));
      const from = after === null ? 0 : rows.findIndex((placed) => isBehind(placed, after));
      const { items, ...page } = toPage(
        from === -1 ? [] : rows.slice(from, from + limit + 1),
        limit,
        (placed) => ({ placed, depth: null }),
        (placed) => encodeCursor(name, [new Date(placed.row.order), placeOf(placed)]),
      );
      return { page, items };
    });
  }

  /** What comes between two pages stands somewhere in the tree; the lines that were there keep their order. */
  private async inTreeOrder(id: ConversationId, limit: number, cursor: string | undefined): Promise<Page<EntryView>> {
    const name = `tree-of-${id}`;
    const last = cursor === undefined ? undefined : decodeCursor(name, cursor, ['string'])[0];
    return this.pageOf(async () => {
      const rows = unionOf(await this.rowsOf(id));
      const tree = treeOf(rows.map(({ row }) => row));
      const from = last === undefined ? 0 : tree.findIndex((place) => place.id === last) + 1;
      if (last !== undefined && from === 0) throw Problem.field('cursor', 'is not a cursor of this list');
      const { items, ...page } = toPage(
        tree.slice(from, from + limit + 1),
        limit,
        (place) => place,
        (place) => encodeCursor(name, [place.id]),
      );
      const wanted = new Map(items.map((place) => [place.id, place.depth]));
      const byId = new Map(rows.filter(({ row }) => wanted.has(row.id)).map((placed) => [placed.row.id, placed]));
      return {
        page,
        items: Array.from(wanted).flatMap(([rowId, depth]) => {
          const placed = byId.get(rowId);
          return placed === undefined ? [] : [{ placed, depth }];
        }),
      };
    });
  }

  private async pageOf(choose: () => Promise<ChosenRows>): Promise<Page<EntryView>> {
    for (let attempt = 1; ; attempt += 1) {
      const { page, items } = await choose();
      const entries = await this.packs.findEntries(items.map(({ placed }) => entryPlaceOf(placed)));
      // A file that is read again meanwhile has its lines in other packs then: the rows of now know which.
      if (entries.size < items.length && attempt < maxAttempts) continue;
      return {
        ...page,
        items: items.flatMap(({ placed, depth }) => {
          const entry: EntryRecord | undefined = entries.get(placed.row.id);
          return entry === undefined ? [] : [toEntryView(entry, depth)];
        }),
      };
    }
  }

  private async rowsOf(id: ConversationId): Promise<NotedRows[]> {
    const parts: NotedRows[] = [];
    for await (const part of this.segments.ofConversations([id])) parts.push(part);
    return parts;
  }

  private async require(id: ConversationId): Promise<ConversationRecord> {
    const conversation = await this.conversations.findById(id);
    if (conversation === null) throw new Problem('not_found', 'There is no such conversation.');
    return conversation;
  }
}

function entryPlaceOf({ row: { id, line, pack }, fileId, generation }: PlacedRow): EntryPlace {
  return { packId: packIdOf(fileId, generation, pack), line, id };
}

/** Sorts lines of the same time as `unionOf` does. */
function placeOf({ row, fileId, generation }: PlacedRow): string {
  return `${fileId}:${String(row.line).padStart(10, '0')}:${String(generation).padStart(8, '0')}`;
}

function isBehind(placed: PlacedRow, after: { order: number; place: string }): boolean {
  const { order } = placed.row;
  return order > after.order || (order === after.order && placeOf(placed) > after.place);
}
