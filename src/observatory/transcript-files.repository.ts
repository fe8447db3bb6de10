import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model } from 'mongoose';

import type { ObservatoryStatusView } from '../../contract/observatory.js';
import type { FileId, ProjectId } from './observatory-ids.js';
import { transcriptFileModel, type TranscriptFileRecord } from './transcript-file.schema.js';

type Sums = Pick<ObservatoryStatusView, 'files' | 'lines' | 'bytes'>;

@Injectable()
export class TranscriptFilesRepository {
  constructor(@InjectModel(transcriptFileModel) private readonly files: Model<TranscriptFileRecord>) {}

  async listAll(): Promise<TranscriptFileRecord[]> {
    return this.files.find().lean<TranscriptFileRecord[]>();
  }

  async listByIds(ids: readonly FileId[]): Promise<TranscriptFileRecord[]> {
    return this.files.find({ _id: trusted({ $in: [...ids] }) }).lean<TranscriptFileRecord[]>();
  }

  async listOfProject(projectId: ProjectId): Promise<TranscriptFileRecord[]> {
    return this.files.find({ projectId }).lean<TranscriptFileRecord[]>();
  }

  async write(records: readonly TranscriptFileRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.files.collection.bulkWrite(
      records.map(({ _id, ...file }) => ({
        updateOne: { filter: { _id: _id as never }, update: { $set: file }, upsert: true },
      })),
      { ordered: false },
    );
  }

  /** Notes the state of a file, and whether the conversations show it; nothing else has changed. */
  async setState({ _id, state, isFolded, ...rest }: TranscriptFileRecord): Promise<void> {
    await this.files.updateOne({ _id }, { $set: { state, isFolded }, $setOnInsert: rest }, { upsert: true });
  }

  /** The conversations do not show any more what was read of some files. */
  async setUnfolded(ids: readonly FileId[]): Promise<void> {
    await this.files.updateMany({ _id: trusted({ $in: [...ids] }) }, { $set: { isFolded: false } });
  }

  /** The conversations show what was read of these files, unless more was read meanwhile. */
  async setFolded(files: readonly Pick<TranscriptFileRecord, '_id' | 'generation' | 'offset'>[]): Promise<void> {
    if (files.length === 0) return;
    await this.files.bulkWrite(
      files.map(({ _id, generation, offset }) => ({
        updateOne: { filter: { _id, generation, offset }, update: { $set: { isFolded: true } } },
      })),
      { ordered: false },
    );
  }

  async deleteOfProject(projectId: ProjectId): Promise<void> {
    await this.files.deleteMany({ projectId });
  }

  /** All files together; there are thousands at most. */
  async sums(): Promise<Sums> {
    const count = (state: string) => ({ $sum: { $cond: [{ $eq: ['$state', state] }, 1, 0] } });
    const lines = (name: string) => ({ $sum: `$lines.${name}` });
    const isThere = { $in: ['$state', ['read', 'reading']] };
    const [found] = await this.files.aggregate<Record<string, number>>([
      {
        $group: {
          _id: null,
          total: { $sum: 1 },
          read: count('read'),
          reading: count('reading'),
          gone: count('gone'),
          unreadable: count('unreadable'),
          lines: lines('total'),
          entries: lines('entries'),
          summaries: lines('summaries'),
          skipped: lines('skipped'),
          blank: lines('blank'),
          problems: lines('problems'),
          readBytes: { $sum: '$offset' },
          lag: { $sum: { $cond: [isThere, { $subtract: ['$bytes', '$offset'] }, 0] } },
        },
      },
    ]);
    const of = (name: string) => found?.[name] ?? 0;
    return {
      files: {
        total: of('total'),
        read: of('read'),
        reading: of('reading'),
        gone: of('gone'),
        unreadable: of('unreadable'),
      },
      lines: {
        total: of('lines'),
        entries: of('entries'),
        summaries: of('summaries'),
        skipped: of('skipped'),
        blank: of('blank'),
        problems: of('problems'),
      },
      bytes: { read: of('readBytes'), lag: Math.max(0, of('lag')) },
    };
  }
}
