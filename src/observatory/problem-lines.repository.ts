import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model, type QueryFilter } from 'mongoose';

import type { FileId, ProjectId } from './observatory-ids.js';
import { problemLineModel, type ProblemLineRecord } from './problem-line.schema.js';

/** Sorts as the lines do. */
export function problemIdOf(fileId: FileId, generation: number, lineNumber: number): string {
  return `${fileId}:${String(generation).padStart(8, '0')}:${String(lineNumber).padStart(10, '0')}`;
}

@Injectable()
export class ProblemLinesRepository {
  constructor(@InjectModel(problemLineModel) private readonly problems: Model<ProblemLineRecord>) {}

  async write(records: readonly ProblemLineRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.problems.collection.bulkWrite(
      records.map(({ _id, ...problem }) => ({
        updateOne: { filter: { _id: _id as never }, update: { $set: problem }, upsert: true },
      })),
      { ordered: false },
    );
  }

  /** By file and line. */
  async list(projectId: ProjectId | undefined, after: string | null, limit: number): Promise<ProblemLineRecord[]> {
    const filter: QueryFilter<ProblemLineRecord> = projectId === undefined ? {} : { projectId };
    if (after !== null) filter._id = trusted({ $gt: after });
    return this.problems.find(filter).sort({ _id: 1 }).limit(limit).lean<ProblemLineRecord[]>();
  }

  /** Those of former contents of a file. */
  async deleteFormer(fileId: FileId, generation: number): Promise<void> {
    const [first, next] = [problemIdOf(fileId, 0, 0), problemIdOf(fileId, generation, 0)];
    await this.problems.deleteMany({ _id: trusted({ $gte: first, $lt: next }) });
  }

  async deleteOfProject(projectId: ProjectId): Promise<void> {
    await this.problems.deleteMany({ projectId });
  }
}
