import { Injectable, Logger } from '@nestjs/common';

import { Clock } from '../common/clock.js';
import type { MessageId } from '../common/ids.js';
import { LogReaderService } from '../messages/log-reader.service.js';
import type { ListedMessage } from '../messages/message.schema.js';
import { UsersService } from '../users/users.service.js';
import { AttachmentDisposalService } from './attachment-disposal.service.js';
import type { AttachmentRecord } from './attachment.schema.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { expiryOf, nextReview } from './next-review.js';
import { isCurrent } from './snapshot.js';
import { SnapshotsService } from './snapshots.service.js';
import { AttachmentStorage } from './storage/attachment-storage.js';
import { ThumbnailsService } from './thumbnails.service.js';

const batch = 100;
const maxBatches = 100;

/** Remains of uploads without a record: older than any upload can be. */
const brokenAfterMs = 86_400_000;

/** Brings to its end what was broken off, and removes what nobody took. Two nodes doing so at once do no harm. */
@Injectable()
export class AttachmentReviewService {
  private readonly logger = new Logger(AttachmentReviewService.name);
  private nextLookForBroken = 0;

  constructor(
    private readonly repository: AttachmentsRepository,
    private readonly storage: AttachmentStorage,
    private readonly disposal: AttachmentDisposalService,
    private readonly snapshots: SnapshotsService,
    private readonly thumbnails: ThumbnailsService,
    private readonly log: LogReaderService,
    private readonly users: UsersService,
    private readonly clock: Clock,
  ) {}

  /** Looks at every file that is due. @param stopping ends it between two files */
  async review(stopping?: AbortSignal): Promise<void> {
    for (let count = 0; count < maxBatches; count += 1) {
      const due = await this.repository.listDue(this.clock.now(), batch);
      for (const record of due) {
        if (stopping?.aborted === true) return;
        await this.orWarn(record);
      }
      if (due.length < batch) break;
    }
    await this.removeBroken();
  }

  private async orWarn(record: AttachmentRecord): Promise<void> {
    try {
      await this.reviewOne(record);
    } catch (error) {
      // One that cannot be dealt with must not keep the others waiting.
      this.logger.warn(
        { err: error, attachmentId: record._id },
        'a file could not be looked after; the next sweep tries',
      );
      await this.repository.settleReview(record, new Date(this.clock.now().getTime() + brokenAfterMs / 24));
    }
  }

  private async reviewOne(record: AttachmentRecord): Promise<void> {
    if (record.state === 'removing') await this.disposal.finish(record._id);
    else if (record.state === 'storing') await this.disposal.dispose(record, null);
    else if (record.messageId !== null) await this.reviewTaken(record, record.messageId);
    else await this.reviewUnclaimed(record);
  }

  private async reviewTaken(record: AttachmentRecord, messageId: MessageId): Promise<void> {
    const { _id: id, uploaderId: senderId, groupId, takenFor: clientMessageId } = record;
    const message = (await this.log.findByIds([messageId])).get(messageId);
    if (message !== undefined) {
      await this.reviewCarried(record, message);
      return;
    }
    // An earlier attempt of the same send may have been written after all.
    const sent =
      groupId === null || clientMessageId === null
        ? null
        : await this.log.findSent({ groupId, senderId, clientMessageId });
    if (groupId !== null && sent?.attachments?.some((file) => file.id === id) === true) {
      await this.repository.handOver([id], { groupId, senderId, messageId, clientMessageId, sentAs: sent._id });
    } else await this.repository.release(messageId, nextReview({ ...record, messageId: null }, this.clock.now()));
  }

  private async reviewCarried(record: AttachmentRecord, message: ListedMessage): Promise<void> {
    const kept = message.attachments?.find((file) => file.id === record._id);
    if (kept === undefined) {
      await this.disposal.dispose(record, message._id);
      return;
    }
    if (!isCurrent(kept, record)) await this.snapshots.refresh(record);
    await this.goOn(record);
  }

  private async reviewUnclaimed(record: AttachmentRecord): Promise<void> {
    const isAvatar =
      record.groupId === null && (await this.users.findById(record.uploaderId))?.avatarAttachmentId === record._id;
    if (!isAvatar && expiryOf(record.createdAt) <= this.clock.now()) await this.disposal.dispose(record, null);
    else await this.goOn(record, isAvatar);
  }

  /** It stays. @param isAvatar of somebody: it never expires */
  private async goOn(record: AttachmentRecord, isAvatar = false): Promise<void> {
    if (record.thumbnail === 'pending') this.thumbnails.start(record);
    const next = nextReview(record, this.clock.now());
    await this.repository.settleReview(record, isAvatar && record.thumbnail !== 'pending' ? null : next);
  }

  /** The storage reads something of every file for it, so it is not asked at every turn. */
  private async removeBroken(): Promise<void> {
    const now = this.clock.now().getTime();
    if (now < this.nextLookForBroken) return;
    const before = now - brokenAfterMs;
    const ids: string[] = [];
    for await (const { id, startedAt } of this.storage.listBroken()) {
      if (startedAt.getTime() < before) ids.push(id);
      if (ids.length === batch) break;
    }
    if (ids.length > 0) await this.storage.removeBroken(ids);
    if (ids.length < batch) this.nextLookForBroken = now + brokenAfterMs;
  }
}
