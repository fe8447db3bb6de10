import { Injectable } from '@nestjs/common';

import type { AttachmentId, MessageId } from '../common/ids.js';
import { CarriedFilesService } from '../messages/carried-files.service.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { isCurrent, snapshotOf } from './snapshot.js';

/** Keeps what messages say of their files in step with the files. Each is a change of the message, and told as one. */
@Injectable()
export class SnapshotsService {
  constructor(
    private readonly repository: AttachmentsRepository,
    private readonly carried: CarriedFilesService,
  ) {}

  /**
   * The message that carries a file says of it what is known now. A message that is not written yet is left alone: it is
   * looked at when it is.
   *
   * @throws Problem `conflict`, `unavailable`
   */
  async refresh({ _id: id, messageId }: { _id: AttachmentId; messageId: MessageId | null }): Promise<void> {
    if (messageId === null) return;
    await this.carried.change(messageId, async (files) => {
      const record = await this.repository.findById(id);
      const kept = files.find((file) => file.id === id);
      if (record === null || kept === undefined || isCurrent(kept, record)) return null;
      return files.map((file) => (file.id === id ? snapshotOf(record) : file));
    });
  }
}
