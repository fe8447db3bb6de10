import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model, type PipelineStage, type QueryFilter } from 'mongoose';

import { limits } from '../../contract/limits.js';
import type { GroupId, MessageId, UserId } from '../common/ids.js';
import type { LogEnd } from '../groups/group-log.js';
import { everyone } from './mentions.js';
import type { TimePlace } from './message-timeline.js';
import { messageModel, notListed, type ListedMessage, type MessageRecord } from './message.schema.js';

/** Which part of a log to read: places beyond a bound, in one direction. */
export interface LogRange {
  direction: 'older' | 'newer';
  /** The bound itself is left out. */
  beyond?: number | undefined;
  includeDeleted: boolean;
}

/** A part of one log: places above one, up to another. */
export interface LogSpan {
  groupId: GroupId;
  above: number;
  upTo: number;
}

/** What is needed of a message to tell for whom it is unread. */
export type OutlinedMessage = Pick<MessageRecord, 'groupId' | 'seq' | 'rev' | 'senderId' | 'mentions' | 'deletedAt'>;

/** The reads of messages. Writes go through the log alone. */
@Injectable()
export class MessagesRepository {
  constructor(@InjectModel(messageModel) private readonly messages: Model<MessageRecord>) {}

  async findById(id: MessageId): Promise<MessageRecord | null> {
    return this.messages.findById(id).lean<MessageRecord>();
  }

  async listByIds(ids: readonly MessageId[]): Promise<ListedMessage[]> {
    if (ids.length === 0) return [];
    return this.messages
      .find({ _id: trusted({ $in: [...ids] }) })
      .select(notListed)
      .lean<ListedMessage[]>();
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

  /** The newest messages of a part of a log that are not deleted, newest first. @param except not by this sender */
  async listNewest(span: LogSpan, limit: number, except?: UserId): Promise<ListedMessage[]> {
    const byOthers = except === undefined ? {} : { senderId: trusted({ $ne: except }) };
    return this.messages
      .find({ ...inSpan(span), ...byOthers, deletedAt: null })
      .sort({ seq: -1 })
      .select(notListed)
      .limit(limit)
      .lean<ListedMessage[]>();
  }

  /**
   * The time of each group's last message at or before `asOf`. A deleted one counts: if it did not, deleting and
   * restoring would move groups about within a list that is being paged through.
   */
  async lastTimes(groupIds: readonly GroupId[], asOf: Date): Promise<Map<GroupId, Date>> {
    const last = await this.atEnd<{ _id: GroupId; createdAt: Date }>(groupIds, 'seq', {
      createdAt: { $first: '$createdAt' },
    });
    const later = last.filter(({ createdAt }) => createdAt > asOf).map(({ _id }) => _id);
    const rows = await this.perGroup<{ _id: GroupId; last: { createdAt: Date }[] }>(later, [
      this.lookup('last', [
        { $match: { createdAt: { $lte: asOf } } },
        { $sort: { seq: -1 } },
        { $limit: 1 },
        { $project: { createdAt: 1 } },
      ]),
    ]);
    return new Map([
      ...last.flatMap(({ _id, createdAt }) => (createdAt > asOf ? [] : [[_id, createdAt] as const])),
      ...rows.flatMap(({ _id, last: [found] }) => (found === undefined ? [] : [[_id, found.createdAt] as const])),
    ]);
  }

  /** The newest message of each group that is not deleted. */
  async lastOf(groupIds: readonly GroupId[]): Promise<ListedMessage[]> {
    const last = await this.atEnd<{ _id: GroupId; messageId: MessageId; deletedAt: Date | null }>(groupIds, 'seq', {
      messageId: { $first: '$_id' },
      deletedAt: { $first: '$deletedAt' },
    });
    const living = last.filter(({ deletedAt }) => deletedAt === null).map(({ messageId }) => messageId);
    const messages = (await this.listByIds(living)).filter(({ deletedAt }) => deletedAt === null);
    const found = new Set(messages.map(({ groupId }) => groupId));
    const others = last.filter(({ _id }) => !found.has(_id)).map(({ _id }) => _id);
    const rows = await this.perGroup<{ last: ListedMessage[] }>(others, [
      this.lookup('last', [
        { $match: { deletedAt: null } },
        { $sort: { seq: -1 } },
        { $limit: 1 },
        { $project: notListed },
      ]),
    ]);
    return [...messages, ...rows.flatMap(({ last: found }) => found)];
  }

  /** The latest change of each log, from the index alone; groups without one are left out. */
  async listLatestRevs(groupIds: readonly GroupId[]): Promise<Map<GroupId, number>> {
    const rows = await this.atEnd<{ _id: GroupId; rev: number }>(groupIds, 'rev', { rev: { $first: '$rev' } });
    return new Map(rows.map(({ _id, rev }) => [_id, rev]));
  }

  /** Where each log ends: its rev, and the last place that was given by then; groups without one are left out. */
  async listEnds(groupIds: readonly GroupId[]): Promise<Map<GroupId, LogEnd>> {
    const revs = await this.listLatestRevs(groupIds);
    const last = await this.atEnd<{ _id: GroupId; seq: number; revs: number[] }>([...revs.keys()], 'seq', {
      seq: { $first: '$seq' },
      revs: { $first: '$revs' },
    });
    const ends = await Promise.all(
      last.map(async ({ _id, seq, revs: [first = 0] }) => {
        const rev = revs.get(_id) ?? 0;
        const lastSeq = first <= rev ? seq : await this.lastSeqAt(_id, rev);
        return [_id, { rev, lastSeq }] as const;
      }),
    );
    return new Map(ends);
  }

  /** The newest messages of a log that are not deleted, by one sender or all, behind a place by time. */
  async listNewestBehind(
    groupId: GroupId,
    senderId: UserId | undefined,
    before: TimePlace | null,
    limit: number,
  ): Promise<ListedMessage[]> {
    const query = this.messages.find({ groupId, deletedAt: null });
    if (senderId !== undefined) void query.where({ senderId });
    if (before !== null) {
      const { createdAt, _id } = before;
      void query.or([{ createdAt: trusted({ $lt: createdAt }) }, { createdAt, _id: trusted({ $lt: _id }) }]);
    }
    return query.sort({ seq: -1 }).select(notListed).limit(limit).lean<ListedMessage[]>();
  }

  /** What stands in some parts of logs, as far as an outline has it, in any order. */
  async listOutlined(spans: readonly LogSpan[]): Promise<OutlinedMessage[]> {
    // The database refuses an `$or` without a branch.
    if (spans.length === 0) return [];
    return (
      this.messages
        .find({ $or: spans.map(inSpan) })
        .select(outlined)
        // Else the planner tries for each part which of the indexes that begin with a group is the best.
        .hint({ groupId: 1, seq: 1 })
        .lean<OutlinedMessage[]>()
    );
  }

  /** The same of what changed in some logs since. */
  async listOutlinedChanges(positions: readonly { groupId: GroupId; since: number }[]): Promise<OutlinedMessage[]> {
    if (positions.length === 0) return [];
    return this.messages
      .find({ $or: positions.map(({ groupId, since }) => ({ groupId, rev: trusted({ $gt: since }) })) })
      .select(outlined)
      .hint({ groupId: 1, rev: 1 })
      .lean<OutlinedMessage[]>();
  }

  /** Unread messages of one reader; one more than the limit when there are more. */
  async countUnread(reader: UserId, span: LogSpan): Promise<number> {
    return this.messages.countDocuments(
      { ...inSpan(span), senderId: trusted({ $ne: reader }), deletedAt: null },
      { limit: limits.unread.maxCount + 1 },
    );
  }

  /** Those of them that mention him or everyone; one more than the limit when there are more. */
  async countMentions(reader: UserId, span: LogSpan): Promise<number> {
    return this.messages.countDocuments(
      {
        ...inSpan(span),
        ...mentionsAnyone,
        mentions: trusted({ $in: [reader, everyone] }),
        senderId: trusted({ $ne: reader }),
        deletedAt: null,
      },
      { limit: limits.unread.maxCount + 1 },
    );
  }

  /** The last place that was given by a change of a log. */
  private async lastSeqAt(groupId: GroupId, rev: number): Promise<number> {
    const last = await this.messages
      .findOne({ groupId, $expr: trusted({ $lte: [{ $first: '$revs' }, rev] }) })
      .sort({ seq: -1 })
      .select({ seq: 1 })
      .lean<Pick<MessageRecord, 'seq'>>();
    return last?.seq ?? 0;
  }

  /**
   * Something of the message at the end of each log, by place or by change. This sort and this `$group` the database
   * answers by going from group to group in the index (`DISTINCT_SCAN`); a `$lookup` for each takes five times as long.
   */
  private atEnd<Row extends object>(
    groupIds: readonly GroupId[],
    by: 'seq' | 'rev',
    fields: Record<string, { $first: string }>,
  ): Promise<Row[]> {
    if (groupIds.length === 0) return Promise.resolve([]);
    return this.messages.aggregate<Row>([
      { $match: { groupId: { $in: [...groupIds] } } },
      { $sort: { groupId: -1, [by]: -1 } },
      { $group: { _id: '$groupId', ...fields } },
    ]);
  }

  /** One row a group: `$lookup` needs a row to start from, and the groups have exactly one each. */
  private perGroup<Row extends object>(groupIds: readonly GroupId[], stages: PipelineStage[]): Promise<Row[]> {
    if (groupIds.length === 0) return Promise.resolve([]);
    const ids = { $match: { _id: { $in: [...groupIds] } } } as PipelineStage;
    return this.messages.db
      .collection('groups')
      .aggregate([ids, { $project: { _id: 1 } }, ...stages] as object[])
      .toArray() as unknown as Promise<Row[]>;
  }

  private lookup(as: string, pipeline: NonNullable<PipelineStage.Lookup['$lookup']['pipeline']>): PipelineStage {
    const from = this.messages.collection.name;
    return { $lookup: { from, localField: '_id', foreignField: 'groupId', pipeline, as } };
  }
}

const outlined = { _id: 0, groupId: 1, seq: 1, rev: 1, senderId: 1, mentions: 1, deletedAt: 1 } as const;

/** The index of mentions holds only messages that have some, and is used only for queries that say so. */
const mentionsAnyone = { 'mentions.0': trusted({ $exists: true }) };

function inSpan({ groupId, above, upTo }: LogSpan): QueryFilter<MessageRecord> {
  return { groupId, seq: trusted({ $gt: above, $lte: upTo }) };
}
