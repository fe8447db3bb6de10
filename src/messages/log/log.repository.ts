import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { mongo, trusted, type Model } from 'mongoose';

import { isChangeOfPrimary } from '../../common/database-outage.js';
import type { GroupId, MessageId } from '../../common/ids.js';
import { duplicateKeyFields, firstWriteError, hasWriteConcernError } from '../../database/duplicate-key.js';
import { indexedText } from '../../database/indexed-text.js';
import type { LogEnd } from '../../groups/group-log.js';
import { messageModel, type MessageRecord } from '../message.schema.js';
import { sendKeyOf } from '../send-key.js';
import type { MessageDraft, PlacedOperation } from './log-operation.js';

/** Why the write of a batch stopped: at which operation, and for what reason. Everything before it was written. */
export type BatchResult =
  | { status: 'complete' }
  | { status: 'stopped'; index: number; reason: 'place_taken' | 'repeated' | 'outdated' | 'own_id' }
  | { status: 'refused'; index: number; error: unknown };

/** The writes of the group log, and the reads that the writer needs. */
@Injectable()
export class LogRepository {
  constructor(@InjectModel(messageModel) private readonly messages: Model<MessageRecord>) {}

  /** Where a log ends. One read after the other: `lastSeq` is as of `rev` or newer, never older. */
  async findEnd(groupId: GroupId): Promise<LogEnd> {
    const rev = await this.findRev(groupId);
    return { rev, lastSeq: await this.findLastSeq(groupId) };
  }

  /** The log's latest change; answered from an index alone. */
  async findRev(groupId: GroupId): Promise<number> {
    const latest = await this.messages
      .findOne({ groupId })
      .sort({ rev: -1 })
      .select({ _id: 0, rev: 1 })
      .lean<Pick<MessageRecord, 'rev'>>();
    return latest?.rev ?? 0;
  }

  /** The log's last place; answered from an index alone. */
  async findLastSeq(groupId: GroupId): Promise<number> {
    const last = await this.messages
      .findOne({ groupId })
      .sort({ seq: -1 })
      .select({ _id: 0, seq: 1 })
      .lean<Pick<MessageRecord, 'seq'>>();
    return last?.seq ?? 0;
  }

  async findById(id: MessageId): Promise<MessageRecord | null> {
    return this.messages.findById(id).lean<MessageRecord>();
  }

  async findByIds(ids: readonly MessageId[]): Promise<MessageRecord[]> {
    return this.messages.find({ _id: trusted({ $in: [...ids] }) }).lean<MessageRecord[]>();
  }

  /** The first message of a send that may have been repeated. */
  async findRepeated(
    draft: Pick<MessageDraft, 'groupId' | 'senderId' | 'clientMessageId'>,
  ): Promise<MessageRecord | null> {
    const sendKey = sendKeyOf(draft);
    if (sendKey === null) return null;
    return this.messages.findOne({ groupId: draft.groupId, sendKey: indexedText(sendKey) }).lean<MessageRecord>();
  }

  /**
   * Writes a batch in its order, acknowledged by the journal (of a majority, where there is one). Goes past Mongoose to the driver: the
   * records are made here, and casting thousands of them would cost more than the write.
   *
   * @throws what the driver throws when the outcome is not known (connection lost, no primary)
   */
  async write(batch: readonly PlacedOperation[]): Promise<BatchResult> {
    try {
      await this.messages.collection.bulkWrite(batch.map(toBulkOperation), { ordered: true });
      return { status: 'complete' };
    } catch (error) {
      // Written, but not by a majority: it may be rolled back, so its outcome is not known.
      if (hasWriteConcernError(error)) throw error;
      const failed = firstWriteError(error);
      const placed = failed === undefined ? undefined : batch[failed.index];
      if (failed === undefined || placed === undefined || isChangeOfPrimary(failed.code)) throw error;
      const { index } = failed;
      const fields = duplicateKeyFields(error);
      if (fields === null) return { status: 'refused', index, error };
      return { status: 'stopped', index, reason: reasonOf(fields, placed) };
    }
  }
}

type BulkOperation = mongo.AnyBulkWriteOperation;

/**
 * A change names the `rev` that was read. Should another change have come first, nothing matches, and `upsert` turns
 * that into a duplicate `_id`: an error, so that an ordered batch stops there instead of leaving a number unused.
 */
function toBulkOperation({ operation, record }: PlacedOperation): BulkOperation {
  if (operation.kind === 'create') {
    return { insertOne: { document: record as unknown as mongo.OptionalId<mongo.BSON.Document> } };
  }
  const filter = { _id: record._id, rev: operation.before.rev } as unknown as mongo.Filter<mongo.BSON.Document>;
  const { changes } = operation;
  const { rev, revs, changeIds } = record;
  return {
    updateOne: { filter, update: { $set: { ...changes, rev, revs, changeIds } }, upsert: true },
  };
}

function reasonOf(
  fields: readonly string[],
  { operation }: PlacedOperation,
): 'place_taken' | 'repeated' | 'outdated' | 'own_id' {
  if (fields.includes('sendKey')) return 'repeated';
  if (fields.includes('_id')) return operation.kind === 'create' ? 'own_id' : 'outdated';
  return 'place_taken';
}
