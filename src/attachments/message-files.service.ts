import { Injectable, Logger } from '@nestjs/common';

import { Clock } from '../common/clock.js';
import { withKnownResult } from '../common/database-outage.js';
import type { AttachmentId, MessageId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { MessageFiles, type FileTaking } from '../messages/message-files.js';
import type { MessageAttachment, MessageRecord } from '../messages/message.schema.js';
import { AttachmentDisposalService } from './attachment-disposal.service.js';
import type { AttachmentRecord } from './attachment.schema.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { nextReview, settledBy } from './next-review.js';
import { isCurrent, snapshotOf } from './snapshot.js';
import { SnapshotsService } from './snapshots.service.js';

/**
 * Gives messages their files. That a message has a file stands in both: the file names the message first, which no other
 * can then do, and the log has the last word. Whatever is broken off in between is found by the sweep.
 */
@Injectable()
export class MessageFilesService extends MessageFiles {
  private readonly logger = new Logger(MessageFilesService.name);

  constructor(
    private readonly repository: AttachmentsRepository,
    private readonly snapshots: SnapshotsService,
    private readonly disposal: AttachmentDisposalService,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async take(ids: readonly AttachmentId[], taking: FileTaking): Promise<MessageAttachment[]> {
    const now = this.clock.now();
    const taken = await withKnownResult(
      () => this.repository.take(ids, taking, settledBy(now)),
      async () => ((await this.repository.listOfMessage(taking.messageId)).length === ids.length ? ids.length : null),
    );
    const records = new Map((await this.repository.listByIds(ids)).map((record) => [record._id, record]));
    if (taken !== ids.length) {
      await this.repository.release(taking.messageId, settledBy(now));
      throw refusal(ids, records, taking);
    }
    return ids.flatMap((id) => {
      const record = records.get(id);
      return record === undefined ? [] : [snapshotOf(record)];
    });
  }

  override async settle(taking: FileTaking, sent: MessageRecord | null): Promise<void> {
    try {
      if (sent !== null) await this.handOver(taking, sent);
      if (sent?._id !== taking.messageId) {
        await this.repository.release(taking.messageId, settledBy(this.clock.now()));
      }
    } catch (error) {
      this.logger.warn({ err: error, messageId: taking.messageId }, 'the files of a message wait for the sweep');
    }
  }

  override async expectErasure(messageId: MessageId): Promise<void> {
    await this.repository.setReviewOfMessage(messageId, settledBy(this.clock.now()));
  }

  override async erase(messageId: MessageId): Promise<void> {
    for (const record of await this.repository.listOfMessage(messageId)) {
      await this.disposal.dispose(record, messageId);
    }
  }

  /** The message is in the log with these files: they are its own, whoever took them last for the same send. */
  private async handOver(taking: FileTaking, { _id: messageId, attachments = [] }: MessageRecord): Promise<void> {
    const now = this.clock.now();
    await this.repository.handOver(
      attachments.map(({ id }) => id),
      { ...taking, sentAs: messageId },
    );
    const records = await this.repository.listOfMessage(messageId);
    for (const record of records) {
      const kept = attachments.find(({ id }) => id === record._id);
      // Its thumbnail became ready between the taking and the writing.
      if (kept !== undefined && !isCurrent(kept, record)) await this.snapshots.refresh(record);
    }
    const pending = records.filter(({ thumbnail }) => thumbnail === 'pending');
    for (const record of pending) await this.repository.setReview(record._id, nextReview(record, now));
  }
}

function refusal(
  ids: readonly AttachmentId[],
  records: ReadonlyMap<AttachmentId, AttachmentRecord>,
  { groupId, senderId }: FileTaking,
): Problem {
  const isOwn = (id: AttachmentId): boolean => {
    const record = records.get(id);
    return record?.groupId === groupId && record.uploaderId === senderId && record.state === 'stored';
  };
  const foreign = ids.findIndex((id) => !isOwn(id));
  if (foreign === -1) return new Problem('conflict', 'Another message has one of these files.');
  return Problem.field(`attachmentIds.${foreign}`, 'is no file that you have uploaded to this group');
}
