import { Injectable, Logger } from '@nestjs/common';

import { Clock } from '../common/clock.js';
import type { AttachmentId, UserId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { UserFiles } from '../users/user-files.js';
import { AttachmentDisposalService } from './attachment-disposal.service.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { settledBy } from './next-review.js';

const batch = 100;

/** Avatars, and what goes with an account. */
@Injectable()
export class UserFilesService extends UserFiles {
  private readonly logger = new Logger(UserFilesService.name);

  constructor(
    private readonly repository: AttachmentsRepository,
    private readonly disposal: AttachmentDisposalService,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async holdAvatar(userId: UserId, id: AttachmentId): Promise<void> {
    const record = await this.repository.findById(id);
    const isOwn = record?.uploaderId === userId && record.groupId === null && record.state === 'stored';
    if (!isOwn) throw Problem.field('avatarAttachmentId', 'is no picture that you have uploaded as an avatar');
    // By then the sweep sees whether it has become the avatar.
    await this.repository.setReview(id, settledBy(this.clock.now()));
  }

  override async expectDrop(id: AttachmentId): Promise<void> {
    await this.repository.setReview(id, settledBy(this.clock.now()));
  }

  override async dropAvatar(id: AttachmentId): Promise<void> {
    try {
      await this.disposal.dispose({ _id: id }, null);
    } catch (error) {
      this.logger.warn({ err: error, attachmentId: id }, 'a former avatar waits for the sweep');
    }
  }

  override async eraseOf(userId: UserId): Promise<void> {
    let unclaimed = await this.repository.listUnclaimedOf(userId, batch);
    while (unclaimed.length > 0) {
      for (const record of unclaimed) await this.disposal.dispose(record, null);
      unclaimed = await this.repository.listUnclaimedOf(userId, batch);
    }
  }
}
