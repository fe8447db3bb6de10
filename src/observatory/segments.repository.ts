import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model, type mongo, type QueryFilter } from 'mongoose';

import { unpackRows, type LineRow } from './line-row.js';
import { lineKeyOf, packIdOf, type ConversationId, type FileId } from './observatory-ids.js';
import { segmentModel, type SegmentRecord } from './segment.schema.js';

/** Lines of one stretch: what an append to a long file writes again, at most. */
export const linesOfSegment = 500;

/** What the ids of all segments of one stretch of a file begin with. */
export function stretchIdOf(fileId: FileId, generation: number, line: number): string {
  const stretch = Math.floor((line - 1) / linesOfSegment);
  return `${fileId}:${padded(generation)}:${padded(stretch)}:`;
}

/** Some rows of a conversation, and whence they are. */
export type NotedSegment = Omit<SegmentRecord, 'rows' | 'keys'> & { rows: LineRow[] };

type StoredSegment = Omit<SegmentRecord, 'rows' | 'keys'> & { rows: mongo.Binary };

const withoutKeys = { keys: 0 } as const;
const segmentsAtOnce = 50;

@Injectable()
export class SegmentsRepository {
  constructor(@InjectModel(segmentModel) private readonly segments: Model<SegmentRecord>) {}

  async write(records: readonly SegmentRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.segments.collection.bulkWrite(
      records.map(({ _id, ...replacement }) => ({
        replaceOne: { filter: { _id: _id as never }, replacement, upsert: true },
      })),
      { ordered: false },
    );
  }

  /** What was noted of one stretch of a file, by conversation. */
  async ofStretch(stretchId: string): Promise<NotedSegment[]> {
    return this.find({ _id: startingWith(stretchId) });
  }

  /** All that was noted of some conversations: one after the other, each of them file by file. */
  async *ofConversations(ids: readonly ConversationId[]): AsyncIterable<NotedSegment> {
    const found = this.segments
      .find({ conversationId: trusted({ $in: [...ids] }) })
      .sort({ conversationId: 1, _id: 1 })
      .select(withoutKeys)
      .lean<StoredSegment>()
      .cursor({ batchSize: segmentsAtOnce });
    for await (const segment of found) yield await toNoted(segment);
  }

  /** The conversations in which a line with this id stands. */
  async conversationsWith(id: string): Promise<ConversationId[]> {
    const found = await this.find({ keys: lineKeyOf(id) });
    return found.filter(({ rows }) => rows.some((row) => row.id === id)).map(({ conversationId }) => conversationId);
  }

  /** The conversations of which lines stand in a file. */
  async conversationsIn(fileId: FileId): Promise<ConversationId[]> {
    return this.segments.distinct('conversationId', { _id: startingWith(`${fileId}:`) });
  }

  /**
   * Of a file that was replaced or cut short and has been read again: what was noted of its former content goes, where the
   * new one says it all again. Lines that are no longer there stay known, as those of a deleted file do.
   *
   * @returns the packs in which the lines are that stay
   */
  async dropRepeated(fileId: FileId, generation: number): Promise<Set<string>> {
    const noted = await this.find({ _id: startingWith(`${fileId}:`) });
    const linesOf = ({ conversationId, rows }: NotedSegment) => rows.map(({ id }) => `${conversationId}:${id}`);
    const present = new Set(noted.filter((segment) => segment.generation === generation).flatMap(linesOf));
    const former = noted.filter((segment) => segment.generation < generation);
    const isRepeated = (segment: NotedSegment) => linesOf(segment).every((line) => present.has(line));
    const { repeated = [], kept = [] } = Object.groupBy(former, (segment) =>
      isRepeated(segment) ? 'repeated' : 'kept',
    );
    await this.segments.deleteMany({ _id: trusted({ $in: repeated.map(({ _id }) => _id) }) });
    return new Set(
      kept.flatMap((segment) => segment.rows.map(({ pack }) => packIdOf(fileId, segment.generation, pack))),
    );
  }

  /** What was noted of the lines of a file behind one, but for those in the stretch of that one. */
  async deleteBehind(fileId: FileId, generation: number, line: number): Promise<void> {
    const stretch = stretchIdOf(fileId, generation, line + 1);
    const first = line % linesOfSegment === 0 ? stretch : `${stretch}~`;
    await this.segments.deleteMany({ _id: trusted({ $gte: first, $lt: stretchIdOf(fileId, generation + 1, 1) }) });
  }

  /** The files in which lines of some conversations stand. */
  async filesWith(ids: readonly ConversationId[]): Promise<FileId[]> {
    return this.segments.distinct('fileId', { conversationId: trusted({ $in: [...ids] }) });
  }

  async deleteOfFile(fileId: FileId): Promise<void> {
    await this.segments.deleteMany({ _id: startingWith(`${fileId}:`) });
  }

  private async find(filter: QueryFilter<SegmentRecord>): Promise<NotedSegment[]> {
    const found = await this.segments.find(filter).select(withoutKeys).lean<StoredSegment[]>();
    return Promise.all(found.map(toNoted));
  }
}

async function toNoted({ rows, ...segment }: StoredSegment): Promise<NotedSegment> {
  return { ...segment, rows: await unpackRows(rows.buffer) };
}

function startingWith(prefix: string) {
  return trusted({ $gte: prefix, $lt: `${prefix}~` });
}

function padded(count: number): string {
  return String(count).padStart(8, '0');
}
