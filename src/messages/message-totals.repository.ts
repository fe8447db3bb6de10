import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model } from 'mongoose';

import { firstIdAt, type GroupId, type MessageId } from '../common/ids.js';
import { messageModel, type MessageRecord } from './message.schema.js';

/** How long a count may take before it is given up: what is counted for operators never holds up the work. */
const maxTimeMs = 5_000;
/** Tells these reads from those that somebody waits for, in the database's logs. */
const forOperators = 'dashboard';

/** How many messages there are, over all groups. None of these reads a message: counts come from indexes alone. */
@Injectable()
export class MessageTotalsRepository {
  constructor(@InjectModel(messageModel) private readonly messages: Model<MessageRecord>) {}

  /** From what the database keeps of the collection; after a crash of it, it may be off by a little. */
  async countAll(): Promise<number> {
    return this.messages.estimatedDocumentCount();
  }

  async countDeleted(): Promise<number> {
    return this.messages
      .countDocuments({ deletedAt: trusted({ $type: 'date' }) })
      .hint('deleted')
      .maxTimeMS(maxTimeMs)
      .comment(forOperators);
  }

  /** Those that were stored since; ids are in the order of time. */
  async countSince(time: Date): Promise<number> {
    return this.messages
      .countDocuments({ _id: trusted({ $gte: firstIdAt(time) as MessageId }) })
      .maxTimeMS(maxTimeMs)
      .comment(forOperators);
  }

  /** The groups with the most messages: `seq` has no gap, so the last one is the count. One key of the index a group. */
  async listLargest(limit: number): Promise<{ groupId: GroupId; messages: number }[]> {
    const rows = await this.messages
      .aggregate<{ _id: GroupId; messages: number }>([
        { $sort: { groupId: -1, seq: -1 } },
        { $group: { _id: '$groupId', messages: { $first: '$seq' } } },
        { $sort: { messages: -1, _id: 1 } },
        { $limit: limit },
      ])
      .hint({ groupId: 1, seq: 1 })
      .option({ maxTimeMS: maxTimeMs, comment: forOperators });
    return rows.map(({ _id: groupId, messages }) => ({ groupId, messages }));
  }
}
