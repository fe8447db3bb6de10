import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model } from 'mongoose';

import { decodeRows, type LineRow } from './line-row.js';
import type { ConversationId, FileId } from './observatory-ids.js';
import { segmentModel, type SegmentRecord } from './segment.schema.js';

/** Lines of one stretch: what an append to a long file writes again, at most. */
export const linesOfSegment = 500;

/** What the ids of all segments of one stretch of a file begin with. */
export function stretchIdOf(fileId: FileId, generation: number, line: number): string {
  const stretch = Math.floor((line - 1) / linesOfSegment);
  return `${fileId}:${padded(generation)}:${padded(stretch)}:`;
}

/** Some rows of a conversation, and whence they are. */
export interface ConversationPart {
  conversationId: ConversationId;
  sessionId: string;
  fileId: FileId;
  rows: LineRow[];
}

@Injectable()
export class SegmentsRepository {
  constructor(@InjectModel(segmentModel) private readonly segments: Model<SegmentRecord>) {}

  async write(records: readonly SegmentRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.segments.collection.bulkWrite(
      records.map(({ _id, ...segment }) => ({
        updateOne: { filter: { _id: _id as never }, update: { $set: segment }, upsert: true },
      })),
      { ordered: false },
    );
  }

  /** What was noted of one stretch of a file, by conversation. */
  async ofStretch(stretchId: string): Promise<SegmentRecord[]> {
    return this.segments.find({ _id: startingWith(stretchId) }).lean<SegmentRecord[]>();
  }

  /** All that was noted of some conversations: one after the other, each of them file by file. */
  async *ofConversations(ids: readonly ConversationId[]): AsyncIterable<ConversationPart> {
    const found = this.segments
      .find({ conversationId: trusted({ $in: [...ids] }) })
      .sort({ conversationId: 1, _id: 1 })
      .select({ _id: 0, conversationId: 1, sessionId: 1, fileId: 1, rows: 1 })
      .lean<Omit<SegmentRecord, '_id' | 'generation'>>()
      .cursor({ batchSize: 50 });
    for await (const { rows, ...part } of found) yield { ...part, rows: decodeRows(rows) };
  }

  /** The conversations of which lines stand in a file. */
  async conversationsIn(fileId: FileId): Promise<ConversationId[]> {
    return this.segments.distinct('conversationId', { _id: startingWith(`${fileId}:`) });
  }

  /**
   * Of a file that was replaced or cut short and has been read again: what was noted of its former content goes, where the
   * new one says it all again. Lines that are no longer there stay known, as those of a deleted file do.
   */
  async dropRepeated(fileId: FileId, generation: number): Promise<void> {
    const noted = await this.segments.find({ _id: startingWith(`${fileId}:`) }).lean<SegmentRecord[]>();
    const rowsOf = ({ conversationId, rows }: SegmentRecord) =>
      decodeRows(rows).map(({ id }) => `${conversationId}:${id}`);
    const present = new Set(noted.filter((segment) => segment.generation === generation).flatMap(rowsOf));
    const repeated = noted.filter(
      (segment) => segment.generation < generation && rowsOf(segment).every((key) => present.has(key)),
    );
    await this.segments.deleteMany({ _id: trusted({ $in: repeated.map(({ _id }) => _id) }) });
  }

  async deleteOfFile(fileId: FileId): Promise<void> {
    await this.segments.deleteMany({ _id: startingWith(`${fileId}:`) });
  }
}

function startingWith(prefix: string) {
  return trusted({ $gte: prefix, $lt: `${prefix}~` });
}

function padded(count: number): string {
  return String(count).padStart(8, '0');
}
