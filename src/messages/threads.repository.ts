import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model } from 'mongoose';

import type { GroupId, MessageId } from '../common/ids.js';
import { messageModel, notListed, type ListedMessage, type MessageRecord } from './message.schema.js';

/** The reads of replies. */
@Injectable()
export class ThreadsRepository {
  constructor(@InjectModel(messageModel) private readonly messages: Model<MessageRecord>) {}

  /** Replies that are not deleted, by place, behind one if it is given. */
  async list(
    { groupId, _id }: Pick<MessageRecord, 'groupId' | '_id'>,
    after: number | undefined,
    limit: number,
  ): Promise<ListedMessage[]> {
    const place = after === undefined ? {} : { seq: trusted({ $gt: after }) };
    return this.messages
      .find({ groupId, replyToId: _id, deletedAt: null, ...place })
      .sort({ seq: 1 })
      .select(notListed)
      .limit(limit)
      .lean<ListedMessage[]>();
  }

  /**
   * How many replies each of some messages has, not counting deleted ones; those without any are left out. Answered
   * from an index alone.
   */
  async count(messages: readonly Pick<MessageRecord, 'groupId' | '_id'>[]): Promise<Map<MessageId, number>> {
    const ids = new Set<MessageId>(messages.map(({ _id }) => _id));
    const groupIds = new Set<GroupId>(messages.map(({ groupId }) => groupId));
    const rows = await this.messages.aggregate<{ _id: MessageId; count: number }>([
      { $match: { replyToId: { $in: [...ids] }, groupId: { $in: [...groupIds] } } },
      // As a match, `deletedAt: null` would need the documents: an index does not tell null from a field that is absent.
      { $group: { _id: '$replyToId', count: { $sum: { $cond: [{ $gt: ['$deletedAt', null] }, 0, 1] } } } },
    ]);
    return new Map(rows.map(({ _id, count }) => [_id, count]));
  }
}
