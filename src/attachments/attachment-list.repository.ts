import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, PipelineStage } from 'mongoose';

import type { AttachmentId, GroupId, MessageId, UserId } from '../common/ids.js';
import { indexedText } from '../database/indexed-text.js';
import { attachmentModel, type AttachmentRecord } from './attachment.schema.js';

/** Which files of some groups are wanted, among those that the reader may see. */
export interface AttachmentFilter {
  groupIds: readonly GroupId[];
  reader: UserId;
  messageId?: MessageId | undefined;
  /** A content type, or the first half of one: `image`. */
  type?: string | undefined;
}

export interface TypeSum {
  contentType: string;
  count: number;
  size: number;
}

/** The reads of many files at once. */
@Injectable()
export class AttachmentListRepository {
  constructor(@InjectModel(attachmentModel) private readonly attachments: Model<AttachmentRecord>) {}

  /** Newest first, `limit` of them, behind a given one. */
  async list(filter: AttachmentFilter, before: AttachmentId | null, limit: number): Promise<AttachmentRecord[]> {
    return this.attachments.aggregate<AttachmentRecord>([
      { $match: { ...asked(filter), ...(before !== null && { _id: { $lt: before } }) } },
      { $sort: { _id: -1 } },
      ...this.visibleTo(filter.reader),
      { $limit: limit },
      { $project: { message: 0 } },
    ]);
  }

  /** What they come to, by type; most bytes first. */
  async sumByType(filter: AttachmentFilter): Promise<TypeSum[]> {
    const rows = await this.attachments.aggregate<{ _id: string; count: number; size: number }>([
      { $match: asked(filter) },
      ...this.visibleTo(filter.reader),
      { $group: { _id: '$contentType', count: { $sum: 1 }, size: { $sum: '$size' } } },
      { $sort: { size: -1, _id: 1 } },
    ]);
    return rows.map(({ _id: contentType, count, size }) => ({ contentType, count, size }));
  }

  /** Of messages that are there, and the reader's own that no message has. */
  private visibleTo(reader: UserId): PipelineStage.FacetPipelineStage[] {
    return [
      {
        $lookup: {
          from: 'messages',
          localField: 'messageId',
          foreignField: '_id',
          pipeline: [{ $project: { deletedAt: 1, 'attachments.id': 1 } }],
          as: 'message',
        },
      },
      { $set: { message: { $first: '$message' } } },
      {
        $match: {
          $or: [
            { 'message._id': { $exists: false }, uploaderId: reader },
            {
              'message.deletedAt': null,
              'message._id': { $exists: true },
              $expr: { $in: ['$_id', { $ifNull: ['$message.attachments.id', []] }] },
            },
          ],
        },
      },
    ];
  }
}

function asked({ groupIds, messageId, type }: AttachmentFilter): Record<string, unknown> {
  return {
    groupId: { $in: [...groupIds] },
    state: 'stored',
    ...(messageId !== undefined && { messageId: indexedText(messageId) }),
    // What is special in a regular expression stands in no type that gets here.
    ...(type !== undefined && { contentType: type.includes('/') ? type : { $regex: `^${type}/` } }),
  };
}
