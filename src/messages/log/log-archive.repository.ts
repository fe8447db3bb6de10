import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model } from 'mongoose';

import type { GroupId, MessageId } from '../../common/ids.js';
import { messageModel, type MessageRecord } from '../message.schema.js';

const batchSize = 500;

/** Whole logs, for tools that carry them out of the database and into it. */
@Injectable()
export class LogArchiveRepository {
  constructor(@InjectModel(messageModel) private readonly messages: Model<MessageRecord>) {}

  /** A log up to a place, in its order; a batch of it is in memory at a time. */
  walk(groupId: GroupId, upToSeq: number): AsyncIterable<MessageRecord> {
    return this.messages
      .find({ groupId, seq: trusted({ $lte: upToSeq }) })
      .sort({ seq: 1 })
      .batchSize(batchSize)
      .lean<MessageRecord[]>()
      .cursor() as AsyncIterable<MessageRecord>;
  }

  /** What changed after `rev`, in the order of its latest change. */
  async listChanged(groupId: GroupId, rev: number, limit: number): Promise<MessageRecord[]> {
    return this.messages
      .find({ groupId, rev: trusted({ $gt: rev }) })
      .sort({ rev: 1 })
      .limit(limit)
      .lean<MessageRecord[]>();
  }

  /** Those of some sends that are in the log, by their `sendKey`. */
  async findSent(groupId: GroupId, sendKeys: readonly string[]): Promise<Map<string, MessageId>> {
    if (sendKeys.length === 0) return new Map();
    const found = await this.messages
      // A string, for the index that leaves out those without one.
      .find({ groupId, sendKey: trusted({ $in: [...sendKeys], $type: 'string' as const }) })
      .select({ sendKey: 1 })
      .lean<Pick<MessageRecord, '_id' | 'sendKey'>[]>();
    return new Map(found.map(({ _id, sendKey }) => [sendKey ?? '', _id]));
  }

  /** The time of a log's last message; `null` when it is empty. */
  async findLastTime(groupId: GroupId): Promise<Date | null> {
    const last = await this.messages
      .findOne({ groupId })
      .sort({ seq: -1 })
      .select({ createdAt: 1 })
      .lean<Pick<MessageRecord, 'createdAt'>>();
    return last?.createdAt ?? null;
  }
}
