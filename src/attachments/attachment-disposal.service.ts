import { Injectable } from '@nestjs/common';

import { Clock } from '../common/clock.js';
import { withKnownOutcome } from '../common/database-outage.js';
import type { AttachmentId, MessageId } from '../common/ids.js';
import type { AttachmentRecord } from './attachment.schema.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { AttachmentStorage } from './storage/attachment-storage.js';
import { storageKeys } from './storage-keys.js';

/** When the sweep takes up a removal that was broken off. */
const patienceMs = 60_000;

/** The end of a file: first nobody may read it, then its bytes go, then what is known of it. */
@Injectable()
export class AttachmentDisposalService {
  constructor(
    private readonly repository: AttachmentsRepository,
    private readonly storage: AttachmentStorage,
    private readonly clock: Clock,
  ) {}

  /**
   * Removes a file for good, unless it belongs to another message by now. What is broken off is taken up by the sweep.
   *
   * @param ofMessage to which it belonged when this was decided
   * @returns whether it was removed
   */
  async dispose({ _id: id }: Pick<AttachmentRecord, '_id'>, ofMessage: MessageId | null): Promise<boolean> {
    const reviewAt = new Date(this.clock.now().getTime() + patienceMs);
    const isStarted = await withKnownOutcome(
      () => this.repository.startRemoving(id, ofMessage, reviewAt),
      async () => ((await this.repository.findById(id))?.state ?? 'removing') === 'removing',
    );
    if (!isStarted) return false;
    await this.finish(id);
    return true;
  }

  /** The rest of a removal that was begun. */
  async finish(id: AttachmentId): Promise<void> {
    await this.storage.remove(storageKeys.all(id));
    await this.repository.delete(id);
  }
}
