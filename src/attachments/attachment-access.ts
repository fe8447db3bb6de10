import { Injectable } from '@nestjs/common';

import type { Actor } from '../common/actor.js';
import type { AttachmentId } from '../common/ids.js';
import { Problem } from '../common/problem.js';
import { GroupAccess, type Access } from '../groups/group-access.js';
import type { Permission } from '../groups/group.policy.js';
import { LogReaderService } from '../messages/log-reader.service.js';
import { mayModerate } from '../messages/message.policy.js';
import { UsersService } from '../users/users.service.js';
import { refuseChange } from './attachment.policy.js';
import type { AttachmentRecord } from './attachment.schema.js';
import { AttachmentsRepository } from './attachments.repository.js';

/**
 * The only way to a file by its id. A file in a message is for whom the message is for, as long as it is there: not for
 * who left the group, and for nobody while the message is deleted. One that no message has is its uploader's alone. An
 * avatar is for everyone signed in from when it is used as one.
 */
@Injectable()
export class AttachmentAccess {
  constructor(
    private readonly attachments: AttachmentsRepository,
    private readonly access: GroupAccess,
    private readonly log: LogReaderService,
    private readonly users: UsersService,
  ) {}

  /** @throws Problem `not_found`, or `not_a_member` */
  async requireReadable(actor: Actor, id: AttachmentId): Promise<AttachmentRecord> {
    return (await this.find(actor, id, 'read')).record;
  }

  /**
   * For who may rename or remove it.
   *
   * @param permission what one must be allowed to in the group besides
   * @throws Problem `not_found`, `not_a_member`, `forbidden`
   */
  async requireChangeable(actor: Actor, id: AttachmentId, permission: Permission): Promise<AttachmentRecord> {
    const { record, place } = await this.find(actor, id, permission);
    const refusal = refuseChange(actor.userId, place !== null && mayModerate(place), record);
    if (refusal !== null) throw new Problem(refusal.code, refusal.detail);
    return record;
  }

  /** Whether it is what everyone sees of its uploader now. */
  async isAvatar({ _id: id, groupId, uploaderId }: AttachmentRecord): Promise<boolean> {
    return groupId === null && (await this.users.findById(uploaderId))?.avatarAttachmentId === id;
  }

  private async find(
    actor: Actor,
    id: AttachmentId,
    permission: Permission,
  ): Promise<{ record: AttachmentRecord; place: Access | null }> {
    const record = await this.attachments.findById(id);
    if (record?.state !== 'stored') throw noSuchFile();
    const { groupId } = record;
    const place = groupId === null ? null : await this.access.require(actor, groupId, permission);
    const isVisible = groupId === null ? await this.isUsed(record) : await this.isCarried(record);
    if (isVisible === 'no' || (isVisible === 'to its uploader' && record.uploaderId !== actor.userId)) {
      throw noSuchFile();
    }
    return { record, place };
  }

  private async isCarried({ _id: id, messageId }: AttachmentRecord): Promise<'yes' | 'no' | 'to its uploader'> {
    if (messageId === null) return 'to its uploader';
    const message = (await this.log.findByIds([messageId])).get(messageId);
    // It is being written in this moment, or never will be.
    if (message === undefined) return 'to its uploader';
    const isThere = message.deletedAt === null && message.attachments?.some((file) => file.id === id) === true;
    return isThere ? 'yes' : 'no';
  }

  private async isUsed(record: AttachmentRecord): Promise<'yes' | 'to its uploader'> {
    return (await this.isAvatar(record)) ? 'yes' : 'to its uploader';
  }
}

function noSuchFile(): Problem {
  return new Problem('not_found', 'There is no such file.');
}
