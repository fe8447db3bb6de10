import { Injectable } from '@nestjs/common';

import { DomainEvents } from '../common/domain-events.js';
import { GroupAccess } from '../groups/group-access.js';
import { AttachmentViewsService } from './attachment-views.service.js';
import type { AttachmentRecord } from './attachment.schema.js';

/** Tells uploaders what became of their files: not those who have left the group, whom nothing of it reaches any more. */
@Injectable()
export class UploaderNews {
  constructor(
    private readonly access: GroupAccess,
    private readonly views: AttachmentViewsService,
    private readonly events: DomainEvents,
  ) {}

  async tell(record: AttachmentRecord): Promise<void> {
    const { groupId, uploaderId } = record;
    if (groupId !== null && !(await this.access.isMember(groupId, uploaderId))) return;
    this.events.publish('attachment.updated', { attachment: this.views.of(record) });
  }
}
