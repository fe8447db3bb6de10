import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model, type QueryFilter } from 'mongoose';

import type { ProjectSort, SortOrder } from '../../contract/observatory.js';
import { duplicateKeyFields } from '../database/duplicate-key.js';
import { forgottenProjectModel, type ForgottenProjectRecord } from './forgotten-project.schema.js';
import type { ProjectId } from './observatory-ids.js';
import { projectModel, type ProjectRecord } from './project.schema.js';

/** A row in one of the orders of the list. */
export interface ProjectPlace {
  value: string | number | Date;
  id: ProjectId;
}

/** The fields by which the list is sorted. */
export const sortFields = {
  lastActivityAt: 'lastActivityAt',
  name: 'nameKey',
  createdAt: 'createdAt',
  conversationCount: 'conversationCount',
} as const satisfies Record<ProjectSort, keyof ProjectRecord>;

@Injectable()
export class ProjectsRepository {
  constructor(
    @InjectModel(projectModel) private readonly projects: Model<ProjectRecord>,
    @InjectModel(forgottenProjectModel) private readonly forgotten: Model<ForgottenProjectRecord>,
  ) {}

  /** @returns false when there is one with this id */
  async insert(project: ProjectRecord): Promise<boolean> {
    try {
      await this.projects.insertOne(project);
      return true;
    } catch (error) {
      if (duplicateKeyFields(error) === null) throw error;
      return false;
    }
  }

  async findById(id: ProjectId): Promise<ProjectRecord | null> {
    return this.projects.findById(id).lean<ProjectRecord>();
  }

  async findByIds(ids: readonly ProjectId[]): Promise<ProjectRecord[]> {
    return this.projects.find({ _id: trusted({ $in: [...ids] }) }).lean<ProjectRecord[]>();
  }

  async listIds(): Promise<ProjectId[]> {
    const found = await this.projects.find().select({ _id: 1 }).lean<{ _id: ProjectId }[]>();
    return found.map(({ _id }) => _id);
  }

  async count(): Promise<number> {
    return this.projects.estimatedDocumentCount();
  }

  /** @param from where the page begins: behind a row, or so many rows from the beginning */
  async list(
    sort: ProjectSort,
    order: SortOrder,
    from: { after: ProjectPlace } | { skip: number },
    limit: number,
  ): Promise<ProjectRecord[]> {
    const field = sortFields[sort];
    const direction = order === 'asc' ? 1 : -1;
    const beyond = <Value>(value: Value) => trusted(order === 'asc' ? { $gt: value } : { $lt: value });
    const filter: QueryFilter<ProjectRecord> =
      'after' in from
        ? {
            $or: [{ [field]: beyond(from.after.value) }, { [field]: from.after.value, _id: beyond(from.after.id) }],
          }
        : {};
    return this.projects
      .find(filter)
      .sort({ [field]: direction, _id: direction })
      .skip('skip' in from ? from.skip : 0)
      .limit(limit)
      .lean<ProjectRecord[]>();
  }

  async change(id: ProjectId, changes: Partial<ProjectRecord>): Promise<ProjectRecord | null> {
    return this.projects
      .findOneAndUpdate({ _id: id }, { $set: changes }, { returnDocument: 'after' })
      .lean<ProjectRecord>();
  }

  /**
   * The lines of a project say where it is. Of several places with the same folder the first by name counts, whichever was
   * read first. A name that an admin has given stays.
   */
  async learnPath(id: ProjectId, path: string, name: string): Promise<void> {
    const isNews = { _id: id, $or: [{ path: trusted({ $exists: false }) }, { path: trusted({ $gt: path }) }] };
    const { modifiedCount } = await this.projects.updateOne(isNews, { $set: { path } });
    if (modifiedCount === 0) return;
    await this.projects.updateOne({ _id: id, path, isNamed: false }, { $set: { name, nameKey: name.toLowerCase() } });
  }

  async delete(id: ProjectId): Promise<void> {
    await this.projects.deleteOne({ _id: id });
  }

  async remember(project: ForgottenProjectRecord): Promise<void> {
    await this.forgotten.updateOne({ _id: project._id }, { $set: project }, { upsert: true });
  }

  async isForgotten(id: ProjectId): Promise<boolean> {
    return (await this.forgotten.exists({ _id: id })) !== null;
  }

  /** Whether it was deleted, and something of it may be left. */
  async isBeingErased(id: ProjectId): Promise<boolean> {
    return (await this.forgotten.exists({ _id: id, isErased: false })) !== null;
  }

  async listForgotten(): Promise<ForgottenProjectRecord[]> {
    return this.forgotten.find().lean<ForgottenProjectRecord[]>();
  }

  async setErased(id: ProjectId): Promise<void> {
    await this.forgotten.updateOne({ _id: id }, { $set: { isErased: true } });
  }

  /** Its folder is not passed over any more. */
  async remind(id: ProjectId): Promise<void> {
    await this.forgotten.deleteOne({ _id: id });
  }
}
