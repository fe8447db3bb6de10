import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model, type QueryFilter } from 'mongoose';

import type { GroupId, MessageId, UserId } from '../common/ids.js';
import { messageModel, notListed, type ListedMessage, type MessageRecord } from './message.schema.js';

/** A place in a list by time, newest first. */
export interface TimePlace {
  createdAt: Date;
  _id: MessageId;
}

/** Of more groups at once the database would not merge their indexes, but sort all their messages. */
const maxGroupsMerged = 200;

/** The reads of messages over many groups, newest first. */
@Injectable()
export class MyMessagesRepository {
  constructor(@InjectModel(messageModel) private readonly messages: Model<MessageRecord>) {}

  /** The newest messages of some groups that are not deleted, behind a place if one is given. */
  async listOfGroups(groupIds: readonly GroupId[], before: TimePlace | null, limit: number): Promise<ListedMessage[]> {
    const parts: Promise<ListedMessage[]>[] = [];
    for (let index = 0; index < groupIds.length; index += maxGroupsMerged) {
      const some = groupIds.slice(index, index + maxGroupsMerged);
      parts.push(this.list({ groupId: trusted({ $in: some }) }, before, limit));
    }
    return (await Promise.all(parts)).flat().sort(newestFirst).slice(0, limit);
  }

  /** The same of one sender. */
  async listSent(
    senderId: UserId,
    groupIds: readonly GroupId[],
    before: TimePlace | null,
    limit: number,
  ): Promise<ListedMessage[]> {
    return this.list({ senderId, groupId: trusted({ $in: [...groupIds] }) }, before, limit);
  }

  private async list(
    filter: QueryFilter<MessageRecord>,
    before: TimePlace | null,
    limit: number,
  ): Promise<ListedMessage[]> {
    const query = this.messages.find({ ...filter, deletedAt: null });
    if (before !== null) {
      const { createdAt, _id } = before;
      // The first condition bounds the index, the second drops what was given out already of the same millisecond.
      void query
        .and([{ createdAt: trusted({ $lte: createdAt }) }])
        .or([{ createdAt: trusted({ $lt: createdAt }) }, { _id: trusted({ $lt: _id }) }]);
    }
    return query.sort({ createdAt: -1, _id: -1 }).select(notListed).limit(limit).lean<ListedMessage[]>();
  }
}

function newestFirst(one: ListedMessage, other: ListedMessage): number {
  return other.createdAt.getTime() - one.createdAt.getTime() || (one._id < other._id ? 1 : -1);
}
