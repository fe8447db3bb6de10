import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model, type QueryFilter } from 'mongoose';

import type { ConversationStatus } from '../../contract/observatory.js';
import { conversationModel, type ConversationRecord } from './conversation.schema.js';
import type { ConversationId, ProjectId } from './observatory-ids.js';

/** Which conversations are wanted. */
export interface ConversationFilter {
  projectId?: ProjectId | undefined;
  /** With the moment since which one must have been active to be so still. */
  status?: { is: ConversationStatus; activeSince: Date } | undefined;
  /** Something of it lies between. */
  startDate?: Date | undefined;
  endDate?: Date | undefined;
  /** Part of its title, in either case. */
  q?: string | undefined;
}

export interface ConversationPlace {
  lastActivityAt: Date;
  id: ConversationId;
}

@Injectable()
export class ConversationsRepository {
  constructor(@InjectModel(conversationModel) private readonly conversations: Model<ConversationRecord>) {}

  async write(records: readonly ConversationRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.conversations.collection.bulkWrite(
      records.map(({ _id, ...conversation }) => ({
        updateOne: { filter: { _id: _id as never }, update: { $set: conversation }, upsert: true },
      })),
      { ordered: false },
    );
  }

  async findById(id: ConversationId): Promise<ConversationRecord | null> {
    return this.conversations.findById(id).lean<ConversationRecord>();
  }

  async findByIds(ids: readonly ConversationId[]): Promise<ConversationRecord[]> {
    return this.conversations.find({ _id: trusted({ $in: [...ids] }) }).lean<ConversationRecord[]>();
  }

  /** The latest active first. */
  async list(
    wanted: ConversationFilter,
    after: ConversationPlace | null,
    limit: number,
  ): Promise<ConversationRecord[]> {
    const conditions = conditionsOf(wanted);
    if (after !== null) {
      const { lastActivityAt, id } = after;
      conditions.push({
        $or: [{ lastActivityAt: trusted({ $lt: lastActivityAt }) }, { lastActivityAt, _id: trusted({ $lt: id }) }],
      });
    }
    return this.conversations
      .find(conditions.length === 0 ? {} : { $and: conditions })
      .sort({ lastActivityAt: -1, _id: -1 })
      .limit(limit)
      .lean<ConversationRecord[]>();
  }

  async listIdsOfProject(projectId: ProjectId): Promise<ConversationId[]> {
    const found = await this.conversations.find({ projectId }).select({ _id: 1 }).lean<{ _id: ConversationId }[]>();
    return found.map(({ _id }) => _id);
  }

  async count(): Promise<number> {
    return this.conversations.estimatedDocumentCount();
  }

  /** How many a project has, and when it was active last: both from an index. */
  async ofProject(projectId: ProjectId): Promise<{ count: number; lastActivityAt: Date | null }> {
    const [count, latest] = await Promise.all([
      this.conversations.countDocuments({ projectId }),
      this.conversations
        .findOne({ projectId })
        .sort({ lastActivityAt: -1 })
        .select({ _id: 0, lastActivityAt: 1 })
        .lean<Pick<ConversationRecord, 'lastActivityAt'>>(),
    ]);
    return { count, lastActivityAt: latest?.lastActivityAt ?? null };
  }

  async deleteOfProject(projectId: ProjectId): Promise<void> {
    await this.conversations.deleteMany({ projectId });
  }
}

function conditionsOf(wanted: ConversationFilter): QueryFilter<ConversationRecord>[] {
  const { projectId, status, startDate, endDate, q } = wanted;
  const conditions: QueryFilter<ConversationRecord>[] = [];
  if (projectId !== undefined) conditions.push({ projectId });
  if (status?.is === 'error') conditions.push({ endsInError: true });
  if (status !== undefined && status.is !== 'error') {
    const activeSince = status.is === 'active' ? { $gte: status.activeSince } : { $lt: status.activeSince };
    conditions.push({ endsInError: false, lastActivityAt: trusted(activeSince) });
  }
  if (startDate !== undefined) conditions.push({ lastActivityAt: trusted({ $gte: startDate }) });
  if (endDate !== undefined) conditions.push({ startedAt: trusted({ $lte: endDate }) });
  if (q !== undefined && q !== '') conditions.push({ title: trusted({ $regex: escaped(q), $options: 'i' }) });
  return conditions;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
