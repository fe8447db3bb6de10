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
export type UnreadCandidate = Pick<MessageRecord, 'groupId' | 'seq' | 'senderId' | 'mentions'>;

/** The reads of messages. Writes go through the log alone. */
@Injectable()
export class MessagesRepository {
  constructor(@InjectModel(messageModel) private readonly messages: Model<MessageRecord>) {}

  async findById(id: MessageId): Promise<MessageRecord | null> {
    return this.messages.findById(id).lean<MessageRecord>();
  }

  async listByIds(ids: readonly MessageId[]): Promise<ListedMessage[]> {
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

  /** The newest message of each group that is not deleted. */
  async lastOf(groupIds: readonly GroupId[]): Promise<ListedMessage[]> {
    const rows = await this.perGroup<{ last: ListedMessage[] }>(groupIds, [
      this.lookup('last', [
        { $match: { deletedAt: null } },
        { $sort: { seq: -1 } },
        { $limit: 1 },
        { $project: notListed },
      ]),
    ]);
    return rows.flatMap(({ last }) => last);
  }

  /** The latest change of each log; 0 while it is empty. */
  async listRevs(groupIds: readonly GroupId[]): Promise<Map<GroupId, number>> {
    const rows = await this.perGroup<{ _id: GroupId; latest: { rev: number }[] }>(groupIds, [this.latestRev()]);
    return new Map(rows.map(({ _id, latest: [latest] }) => [_id, latest?.rev ?? 0]));
  }

  /** Where each log ends: its rev, and the last place that was given by then. */
  async listEnds(groupIds: readonly GroupId[]): Promise<Map<GroupId, LogEnd>> {
    const rows = await this.perGroup<{ _id: GroupId; latest: { rev: number }[]; end: { seq: number }[] }>(groupIds, [
      this.latestRev(),
      { $set: { rev: { $ifNull: [{ $first: '$latest.rev' }, 0] } } },
      this.lookup(
        'end',
        [
          { $match: { $expr: { $lte: [{ $first: '$revs' }, '$$rev'] } } },
          { $sort: { seq: -1 } },
          { $limit: 1 },
          { $project: { seq: 1 } },
        ],
        { rev: '$rev' },
      ),
    ]);
    return new Map(
      rows.map(({ _id, latest: [latest], end: [end] }) => [_id, { rev: latest?.rev ?? 0, lastSeq: end?.seq ?? 0 }]),
    );
  }

  /** The latest change of each log, from the index alone. */
  async listLatestRevs(groupIds: readonly GroupId[]): Promise<Map<GroupId, number>> {
    const rows = await this.perGroup<{ _id: GroupId; latest: { rev: number }[] }>(groupIds, [
      this.lookup('latest', [{ $sort: { rev: -1 } }, { $limit: 1 }, { $project: { _id: 0, rev: 1 } }]),
    ]);
    return new Map(
      rows.flatMap(({ _id, latest: [latest] }) => (latest === undefined ? [] : [[_id, latest.rev] as const])),
    );
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

  /** What is not deleted in some parts of logs, the newest of each group first. */
  async listUnreadCandidates(spans: readonly LogSpan[]): Promise<UnreadCandidate[]> {
    // The database refuses an `$or` without a branch.
    if (spans.length === 0) return [];
    return this.messages
      .find({ $or: spans.map((span) => ({ ...inSpan(span), deletedAt: null })) })
      .sort({ groupId: 1, seq: -1 })
      .select({ _id: 0, groupId: 1, seq: 1, senderId: 1, mentions: 1 })
      .lean<UnreadCandidate[]>();
  }

  /** Unread messages of one reader, and those that mention him or everyone; each one more than the limit when there are more. */
  async countUnread(reader: UserId, span: LogSpan): Promise<{ unread: number; mentions: number }> {
    const limit = limits.unread.maxCount + 1;
    const filter = { ...inSpan(span), senderId: trusted({ $ne: reader }), deletedAt: null };
    const [unread, mentions] = await Promise.all([
      this.messages.countDocuments(filter, { limit }),
      this.messages.countDocuments(
        { ...filter, ...mentionsAnyone, mentions: trusted({ $in: [reader, everyone] }) },
        { limit },
      ),
    ]);
    return { unread, mentions };
  }

  /** One row a group: `$lookup` needs a row to start from, and the groups have exactly one each. */
  private perGroup<Row extends object>(groupIds: readonly GroupId[], stages: PipelineStage[]): Promise<Row[]> {
    const ids = { $match: { _id: { $in: [...groupIds] } } } as PipelineStage;
    return this.messages.db
      .collection('groups')
      .aggregate([ids, { $project: { _id: 1 } }, ...stages] as object[])
      .toArray() as unknown as Promise<Row[]>;
  }

  private latestRev(): PipelineStage {
    return this.lookup('latest', [{ $sort: { rev: -1 } }, { $limit: 1 }, { $project: { _id: 0, rev: 1 } }]);
  }

  private lookup(
    as: string,
    pipeline: NonNullable<PipelineStage.Lookup['$lookup']['pipeline']>,
    variables: Record<string, string> = {},
  ): PipelineStage {
    const from = this.messages.collection.name;
    return { $lookup: { from, localField: '_id', foreignField: 'groupId', let: variables, pipeline, as } };
  }
}

/** The index of mentions holds only messages that have some, and is used only for queries that say so. */
const mentionsAnyone = { 'mentions.0': trusted({ $exists: true }) };

function inSpan({ groupId, above, upTo }: LogSpan): QueryFilter<MessageRecord> {
  return { groupId, seq: trusted({ $gt: above, $lte: upTo }) };
}
