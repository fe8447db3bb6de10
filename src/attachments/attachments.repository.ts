import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model, type QueryFilter } from 'mongoose';

import type { AttachmentId, GroupId, MessageId, UserId } from '../common/ids.js';
import { indexedText } from '../database/indexed-text.js';
import { attachmentModel, type AttachmentRecord } from './attachment.schema.js';

/** For whom files are taken, and by which message. */
export interface Taking {
  groupId: GroupId;
  senderId: UserId;
  messageId: MessageId;
  clientMessageId: string | null;
}

/** What becomes known of a file when all its bytes have come. */
export type StoredFacts = Pick<
  AttachmentRecord,
  'contentType' | 'size' | 'sha256' | 'width' | 'height' | 'thumbnail' | 'reviewAt'
>;

@Injectable()
export class AttachmentsRepository {
  constructor(@InjectModel(attachmentModel) private readonly attachments: Model<AttachmentRecord>) {}

  async insert(record: AttachmentRecord): Promise<void> {
    await this.attachments.insertOne(record);
  }

  /** Also in the place of one with the same id. */
  async put(record: AttachmentRecord): Promise<void> {
    await this.attachments.replaceOne({ _id: record._id }, record, { upsert: true });
  }

  async findById(id: AttachmentId): Promise<AttachmentRecord | null> {
    return this.attachments.findById(id).lean<AttachmentRecord>();
  }

  async listByIds(ids: readonly AttachmentId[]): Promise<AttachmentRecord[]> {
    return this.attachments.find({ _id: trusted({ $in: [...ids] }) }).lean<AttachmentRecord[]>();
  }

  async listOfMessage(messageId: MessageId): Promise<AttachmentRecord[]> {
    return this.attachments.find({ messageId: indexedText(messageId) }).lean<AttachmentRecord[]>();
  }

  /** Bytes of all that a user has uploaded or is uploading. */
  async sizeOf(uploaderId: UserId): Promise<number> {
    const [sum] = await this.attachments.aggregate<{ size: number }>([
      { $match: { uploaderId } },
      { $group: { _id: null, size: { $sum: '$size' } } },
    ]);
    return sum?.size ?? 0;
  }

  async setSize(id: AttachmentId, size: number): Promise<void> {
    await this.attachments.updateOne({ _id: id, state: 'storing' }, { $set: { size } });
  }

  /** @returns whether it was still `storing` */
  async finish(id: AttachmentId, facts: StoredFacts): Promise<boolean> {
    const filter: QueryFilter<AttachmentRecord> = { _id: id, state: 'storing' };
    const { matchedCount } = await this.attachments.updateOne(filter, { $set: { ...facts, state: 'stored' } });
    return matchedCount === 1;
  }

  /** Gives a message those of some files that it may have. @returns how many */
  async take(ids: readonly AttachmentId[], taking: Taking, reviewAt: Date): Promise<number> {
    const { groupId, senderId: uploaderId, messageId, clientMessageId } = taking;
    const ofNobody: QueryFilter<AttachmentRecord> = { messageId: null };
    // Taken by an earlier attempt of the same send, of which it is not known whether it was written.
    const ofSameSend: QueryFilter<AttachmentRecord> = {
      takenFor: clientMessageId,
      reviewAt: trusted({ $type: 'date' as const }),
    };
    const { matchedCount } = await this.attachments.updateMany(
      {
        _id: trusted({ $in: [...ids] }),
        groupId,
        uploaderId,
        state: 'stored',
        $or: clientMessageId === null ? [ofNobody] : [ofNobody, ofSameSend],
      },
      { $set: { messageId, takenFor: clientMessageId, reviewAt } },
    );
    return matchedCount;
  }

  /** A message is written with some files: they are its own, and settled, whichever attempt of its send took them. */
  async handOver(
    ids: readonly AttachmentId[],
    { messageId, clientMessageId, senderId, sentAs }: Taking & { sentAs: MessageId },
  ): Promise<void> {
    const bySameSend = clientMessageId === null ? [] : [{ takenFor: clientMessageId }];
    // Released, too, by an attempt that could not have all that it wanted.
    const holders = [{ messageId }, { messageId: sentAs }, { messageId: null }, ...bySameSend];
    await this.attachments.updateMany(
      { _id: trusted({ $in: [...ids] }), uploaderId: senderId, state: 'stored', $or: holders },
      { $set: { messageId: sentAs, takenFor: null, reviewAt: null } },
    );
  }

  /** A message that took files is not there, or has others: they belong to nobody again. */
  async release(messageId: MessageId, reviewAt: Date | null): Promise<void> {
    await this.attachments.updateMany(
      { messageId: indexedText(messageId) },
      { $set: { messageId: null, takenFor: null, reviewAt } },
    );
  }

  /** The sweep looks at the files of a message at this time. */
  async setReviewOfMessage(messageId: MessageId, reviewAt: Date): Promise<void> {
    await this.attachments.updateMany({ messageId: indexedText(messageId) }, { $set: { reviewAt } });
  }

  async setReview(id: AttachmentId, reviewAt: Date | null): Promise<void> {
    await this.attachments.updateOne({ _id: id }, { $set: { reviewAt } });
  }

  /** The sweep has looked at a file as it was; when something was begun with it meanwhile, that stands. */
  async settleReview({ _id, reviewAt }: AttachmentRecord, next: Date | null): Promise<void> {
    await this.attachments.updateOne({ _id, reviewAt }, { $set: { reviewAt: next } });
  }

  async setFileName(id: AttachmentId, fileName: string, reviewAt: Date | null): Promise<AttachmentRecord | null> {
    return this.attachments
      .findOneAndUpdate(
        { _id: id, state: 'stored' },
        { $set: { fileName, ...(reviewAt !== null && { reviewAt }) } },
        { returnDocument: 'after' },
      )
      .lean<AttachmentRecord>();
  }

  /** What became of a thumbnail. @returns the file after it, `null` when it is gone */
  async setThumbnail(id: AttachmentId, size: number | null): Promise<AttachmentRecord | null> {
    return this.attachments
      .findOneAndUpdate(
        { _id: id, state: 'stored', thumbnail: 'pending' },
        { $set: { thumbnail: size === null ? 'none' : 'ready', thumbnailSize: size } },
        { returnDocument: 'after' },
      )
      .lean<AttachmentRecord>();
  }

  /** @returns whether it is to be removed now; `false` when it is gone, or belongs to a message meanwhile */
  async startRemoving(id: AttachmentId, ofMessage: MessageId | null, reviewAt: Date): Promise<boolean> {
    const { matchedCount } = await this.attachments.updateOne(
      { _id: id, messageId: ofMessage },
      { $set: { state: 'removing', reviewAt } },
    );
    return matchedCount === 1;
  }

  async delete(id: AttachmentId): Promise<void> {
    await this.attachments.deleteOne({ _id: id, state: 'removing' });
  }

  /** All files, in the order of their ids. */
  listAll(): AsyncIterable<AttachmentRecord> {
    return this.attachments
      .find()
      .sort({ _id: 1 })
      .lean<AttachmentRecord[]>()
      .cursor() as AsyncIterable<AttachmentRecord>;
  }

  async count(): Promise<number> {
    return this.attachments.estimatedDocumentCount();
  }

  /** A thumbnail is lost: the server makes it once more. */
  async askForThumbnail(id: AttachmentId, reviewAt: Date): Promise<void> {
    await this.attachments.updateOne(
      { _id: id, state: 'stored' },
      { $set: { thumbnail: 'pending', thumbnailSize: null, reviewAt } },
    );
  }

  /** Whatever it is in the middle of. */
  async deleteAnyway(id: AttachmentId): Promise<void> {
    await this.attachments.deleteOne({ _id: id });
  }

  /** What the sweep has to look at by now, longest due first. */
  async listDue(now: Date, limit: number): Promise<AttachmentRecord[]> {
    return this.attachments
      .find({ reviewAt: trusted({ $type: 'date' as const, $lte: now }) })
      .sort({ reviewAt: 1 })
      .limit(limit)
      .lean<AttachmentRecord[]>();
  }

  /** What a user has uploaded that belongs to no message, avatars too. */
  async listUnclaimedOf(uploaderId: UserId, limit: number): Promise<AttachmentRecord[]> {
    return this.attachments
      .find({ uploaderId, messageId: null, state: trusted({ $ne: 'removing' }) })
      .limit(limit)
      .lean<AttachmentRecord[]>();
  }
}
