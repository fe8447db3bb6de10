import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model } from 'mongoose';

import { limits } from '../../contract/limits.js';
import type { GroupId } from '../common/ids.js';
import { messageModel, notListed, type ListedMessage, type MessageRecord } from './message.schema.js';

/** The reads of what is pinned. */
@Injectable()
export class PinnedMessagesRepository {
  constructor(@InjectModel(messageModel) private readonly messages: Model<MessageRecord>) {}

  /** Pinned messages that are not deleted, newest pin first, behind a place if one is given. */
  async list(
    groupId: GroupId,
    before: { pinnedAt: Date; seq: number } | null,
    limit: number,
  ): Promise<ListedMessage[]> {
    const filter = this.messages.find({ groupId, pinnedAt: trusted({ $type: 'date' }), deletedAt: null });
    if (before !== null) {
      const { pinnedAt, seq } = before;
      // The first condition bounds the index, the second drops what was given out already of the same millisecond.
      void filter
        .and([{ pinnedAt: trusted({ $lte: pinnedAt }) }])
        .or([{ pinnedAt: trusted({ $lt: pinnedAt }) }, { seq: trusted({ $lt: seq }) }]);
    }
    return filter.sort({ pinnedAt: -1, seq: -1 }).select(notListed).limit(limit).lean<ListedMessage[]>();
  }

  /** How many there are that are not deleted: nobody could make room of what nobody is shown. Counted up to the limit. */
  async count(groupId: GroupId): Promise<number> {
    return this.messages
      .countDocuments({ groupId, pinnedAt: trusted({ $type: 'date' }), deletedAt: null })
      .limit(limits.pin.maxPerGroup);
  }
}
