import { Injectable } from '@nestjs/common';

import type { RenameAttachmentRequest } from '../../contract/requests.js';
import type { AttachmentView } from '../../contract/attachment-views.js';
import type { Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { Clock } from '../common/clock.js';
import { withKnownResult } from '../common/database-outage.js';
import type { AttachmentId, MessageId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { CarriedFilesService } from '../messages/carried-files.service.js';
import { MessageAccess } from '../messages/message-access.js';
import { MessageViewsService } from '../messages/message-views.service.js';
import { AttachmentAccess } from './attachment-access.js';
import { AttachmentDisposalService } from './attachment-disposal.service.js';
import { AttachmentViewsService } from './attachment-views.service.js';
import { refuseRemoval } from './attachment.policy.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { cleanFileName } from './file-name.js';
import { settledBy } from './next-review.js';
import { SnapshotsService } from './snapshots.service.js';
import { UploaderNews } from './uploader-news.js';

/** Looking at files, renaming and removing them. Each verb goes: access, rule, write, event. */
@Injectable()
export class AttachmentsService {
  constructor(
    private readonly repository: AttachmentsRepository,
    private readonly access: AttachmentAccess,
    private readonly messageAccess: MessageAccess,
    private readonly carried: CarriedFilesService,
    private readonly snapshots: SnapshotsService,
    private readonly disposal: AttachmentDisposalService,
    private readonly messageViews: MessageViewsService,
    private readonly views: AttachmentViewsService,
    private readonly clock: Clock,
    private readonly news: UploaderNews,
  ) {}

  /** What is known of one file. @throws Problem `not_found`, `not_a_member` */
  async get(actor: Actor, id: AttachmentId): Promise<AttachmentView> {
    return this.views.of(await this.access.requireReadable(actor, id));
  }

  /**
   * The files of a message, in its order: all on one page, and none while it is deleted.
   *
   * @throws Problem `not_found`, `not_a_member`
   */
  async listOfMessage(actor: Actor, messageId: MessageId): Promise<Page<AttachmentView>> {
    const { message } = await this.messageAccess.require(actor, messageId, 'read');
    const { attachments: items } = await this.messageViews.forUser(actor.userId, message);
    return { items, nextCursor: null, hasMore: false };
  }

  /** How many files a message has. @throws Problem `not_found`, `not_a_member` */
  async countOfMessage(actor: Actor, messageId: MessageId): Promise<number> {
    const { message } = await this.messageAccess.require(actor, messageId, 'read');
    return message.deletedAt === null ? (message.attachments?.length ?? 0) : 0;
  }

  /**
   * Gives a file another name; a change of the message that carries it, for all who see it.
   *
   * @throws Problem `not_found`, `not_a_member`, `forbidden`, `validation_failed` when nothing of the name can stay,
   *   `conflict`, `unavailable`
   */
  async rename(actor: Actor, id: AttachmentId, request: RenameAttachmentRequest): Promise<AttachmentView> {
    const fileName = cleanFileName(request.fileName);
    if (fileName === '') throw Problem.field('fileName', 'must have a character that can stand in a name');
    const before = await this.access.requireChangeable(actor, id, 'send');
    if (before.fileName === fileName) return this.views.of(before);
    // Should the message not hear of it now, the sweep tells it.
    const reviewAt = before.messageId === null ? null : settledBy(this.clock.now());
    const renamed = await withKnownResult(
      () => this.repository.setFileName(id, fileName, reviewAt),
      async () => {
        const record = await this.repository.findById(id);
        return record?.state === 'stored' && record.fileName === fileName ? record : null;
      },
    );
    if (renamed === null) throw new Problem('not_found', 'There is no such file.');
    await this.snapshots.refresh(renamed);
    await this.news.tell(renamed);
    return this.views.of(renamed);
  }

  /**
   * Removes a file for good, and takes it out of the message that carries it. What is all that a message has stays: there
   * it is the message that can be deleted. So does an avatar in use, until another one, or none, is chosen.
   *
   * @throws Problem `not_found`, `not_a_member`, `forbidden`, `conflict`, `unavailable`
   */
  async remove(actor: Actor, id: AttachmentId): Promise<void> {
    const record = await this.access.requireChangeable(actor, id, 'read');
    if (await this.access.isAvatar(record))
      throw new Problem('conflict', 'It is your avatar: choose another one first.');
    const { messageId } = record;
    if (messageId !== null) await this.takeOut(id, messageId);
    const isRemoved = await this.disposal.dispose({ _id: id }, messageId);
    if (isRemoved || (await this.repository.findById(id)) === null) return;
    throw isTaken();
  }

  private async takeOut(id: AttachmentId, messageId: MessageId): Promise<void> {
    await this.repository.setReview(id, settledBy(this.clock.now()));
    const message = await this.carried.change(messageId, (files, { content }) => {
      const others = files.filter((file) => file.id !== id);
      if (others.length === files.length) return null;
      const refusal = refuseRemoval(content, others.length);
      if (refusal !== null) throw new Problem(refusal.code, refusal.detail);
      return others;
    });
    // It is being written in this moment, and would come without its file; or never will be: then the sweep frees the file.
    if (message === null) throw isTaken();
  }
}

function isTaken(): Problem {
  return new Problem('conflict', 'A message has taken the file in this moment.');
}
