import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model, type PipelineStage, type QueryFilter } from 'mongoose';

import { limits } from '../../contract/limits.js';
import type { GroupId, MessageId, UserId } from '../common/ids.js';
import { messageModel, type ListedMessage, type MessageRecord } from './message.schema.js';

/** Which part of a log to read: places beyond a bound, in one direction. */
export interface LogRange {
  direction: 'older' | 'newer';
  /** The bound itself is left out. */
  beyond?: number | undefined;
  includeDeleted: boolean;
}

/** A group's log in short, for one reader. */
export interface LogSummaryRow {
  _id: GroupId;
  lastSeq: number;
  rev: number;
  lastMessage: ListedMessage | null;
  /** One more than the limit when there are more. */
  unread: number;
  /** Unread ones that mention the reader. */
  mentions: number;
}

/** What {@link ListedMessage} goes without. */
const notListed = { versions: 0, changeIds: 0 } as const;

/** The reads of messages. Writes go through the log alone. */
@Injectable()
export class MessagesRepository {
  constructor(@InjectModel(messageModel) private readonly messages: Model<MessageRecord>) {}

  async findById(id: MessageId): Promise<MessageRecord | null> {
    return this.messages.findById(id).lean<MessageRecord>();
  }

  /** `limit` messages, beginning at the bound. */
  async listRange(groupId: GroupId, range: LogRange, limit: number): Promise<ListedMessage[]> {
    const older = range.direction === 'older';
    const filter: QueryFilter<MessageRecord> = { groupId };
    if (range.beyond !== undefined) filter.seq = trusted(older ? { $lt: range.beyond } : { $gt: range.beyond });
    if (!range.includeDeleted) filter.deletedAt = null;
    return this.messages
      .find(filter)
      .sort({ seq: older ? -1 : 1 })
      .select(notListed)
      .limit(limit)
      .lean<ListedMessage[]>();
  }

  /** Messages that changed after `since`, in the order of their latest change. */
  async listChanges(groupId: GroupId, since: number, limit: number): Promise<ListedMessage[]> {
    return this.messages
      .find({ groupId, rev: trusted({ $gt: since }) })
      .sort({ rev: 1 })
      .select(notListed)
      .limit(limit)
      .lean<ListedMessage[]>();
  }

  /** The newest messages between two places, by others than `reader`, not deleted; oldest first. */
  async listNewest(
    groupId: GroupId,
    { above, upTo }: { above: number; upTo: number },
    reader: UserId,
    limit: number,
  ): Promise<ListedMessage[]> {
    const seq = trusted({ $gt: above, $lte: upTo });
    const newest = await this.messages
      .find({ groupId, seq, senderId: trusted({ $ne: reader }), deletedAt: null })
      .sort({ seq: -1 })
      .select(notListed)
      .limit(limit)
      .lean<ListedMessage[]>();
    return newest.reverse();
  }

  /**
   * The time of each group's last message at or before `asOf`. A deleted one counts: if it did not, deleting and
   * restoring would move groups about within a list that is being paged through.
   */
  async lastTimes(groupIds: readonly GroupId[], asOf: Date): Promise<Map<GroupId, Date>> {
    const rows = await this.perGroup<{ _id: GroupId; last: { createdAt: Date }[] }>(groupIds, [
      this.lookup('last', [
        { $match: { createdAt: { $lte: asOf } } },
        { $sort: { seq: -1 } },
        { $limit: 1 },
        { $project: { createdAt: 1 } },
      ]),
    ]);
    return new Map(
      rows.flatMap(({ _id, last: [last] }) => (last === undefined ? [] : [[_id, last.createdAt] as const])),
    );
  }

  /** @param readSeqs for each group, up to where `reader` has read */
  async summarize(reader: UserId, readSeqs: ReadonlyMap<GroupId, number>): Promise<LogSummaryRow[]> {
    // The database refuses a `$switch` without a branch.
    if (readSeqs.size === 0) return [];
    interface Row {
      _id: GroupId;
      end: { seq: number }[];
      latest: { rev: number }[];
      lastMessage: ListedMessage[];
      unread: { count: number }[];
      mentions: { count: number }[];
    }
    const branches = [...readSeqs].map(([groupId, seq]) => ({ case: { $eq: ['$_id', groupId] }, then: seq }));
    const rows = await this.perGroup<Row>(
      [...readSeqs.keys()],
      [
        { $set: { readSeq: { $switch: { branches, default: 0 } } } },
        // The rev first, then the last place that was given by then, then what is counted up to that place.
        this.lookup('latest', [{ $sort: { rev: -1 } }, { $limit: 1 }, { $project: { rev: 1 } }]),
        this.lookup('end', [
          { $match: { $expr: { $lte: [{ $first: '$revs' }, '$$rev'] } } },
          { $sort: { seq: -1 } },
          { $limit: 1 },
          { $project: { seq: 1 } },
        ]),
        this.lookup('lastMessage', [
          { $match: { deletedAt: null } },
          { $sort: { seq: -1 } },
          { $limit: 1 },
          { $project: notListed },
        ]),
        this.lookup('unread', [...unreadBy(reader), { $limit: limits.unread.maxCount + 1 }, { $count: 'count' }]),
        this.lookup('mentions', [
          ...unreadBy(reader),
          { $match: { mentions: reader } },
          { $limit: limits.unread.maxCount },
          { $count: 'count' },
        ]),
      ],
    );
    return rows.map((row) => ({
      _id: row._id,
      lastSeq: row.end[0]?.seq ?? 0,
      rev: row.latest[0]?.rev ?? 0,
      lastMessage: row.lastMessage[0] ?? null,
      unread: row.unread[0]?.count ?? 0,
      mentions: row.mentions[0]?.count ?? 0,
    }));
  }

  /** One row a group: `$lookup` needs a row to start from, and the groups have exactly one each. */
  private perGroup<Row extends object>(groupIds: readonly GroupId[], stages: PipelineStage[]): Promise<Row[]> {
    const ids = { $match: { _id: { $in: [...groupIds] } } } as PipelineStage;
    return this.messages.db
      .collection('groups')
      .aggregate([ids, { $project: { _id: 1 } }, ...stages] as object[])
      .toArray() as unknown as Promise<Row[]>;
  }

  private lookup(as: string, pipeline: PipelineStage.Lookup['$lookup']['pipeline']): PipelineStage {
    return {
      $lookup: {
        from: this.messages.collection.name,
        localField: '_id',
        foreignField: 'groupId',
        let: {
          readSeq: { $ifNull: ['$readSeq', 0] },
          rev: { $ifNull: [{ $first: '$latest.rev' }, 0] },
          endSeq: { $ifNull: [{ $first: '$end.seq' }, 0] },
        },
        pipeline: pipeline ?? [],
        as,
      },
    };
  }
}

/** Messages by others, not deleted, above the reader's marker and up to the last place that was read. */
function unreadBy(reader: UserId): PipelineStage.Match[] {
  const isUnread = { $and: [{ $gt: ['$seq', '$$readSeq'] }, { $lte: ['$seq', '$$endSeq'] }] };
  return [{ $match: { $expr: isUnread, senderId: { $ne: reader }, deletedAt: null } }];
}
