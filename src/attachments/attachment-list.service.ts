import { Injectable } from '@nestjs/common';

import type { AttachmentStatsView, AttachmentView } from '../../contract/attachment-views.js';
import type { Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { decodeOptionalCursor, encodeCursor, toPage } from '../common/cursor.js';
import type { AttachmentId, GroupId, MessageId } from '../common/ids.js';
import { GroupAccess } from '../groups/group-access.js';
import { MyGroupsService } from '../groups/my-groups.service.js';
import { MessageAccess } from '../messages/message-access.js';
import { AttachmentListRepository, type AttachmentFilter } from './attachment-list.repository.js';
import { AttachmentViewsService } from './attachment-views.service.js';

const listName = 'attachments';

/** Which files are wanted. */
export interface AttachmentQuery {
  groupId?: GroupId | undefined;
  messageId?: MessageId | undefined;
  type?: string | undefined;
}

/** The files that someone may see: those in messages of his groups, and his own that no message has yet. */
@Injectable()
export class AttachmentListService {
  constructor(
    private readonly repository: AttachmentListRepository,
    private readonly access: GroupAccess,
    private readonly messageAccess: MessageAccess,
    private readonly myGroups: MyGroupsService,
    private readonly views: AttachmentViewsService,
  ) {}

  /** Newest first. @throws Problem `not_found`, `not_a_member` for a group or a message; `validation_failed` for a cursor */
  async list(
    actor: Actor,
    query: AttachmentQuery,
    { limit, cursor }: { limit: number; cursor?: string | undefined },
  ): Promise<Page<AttachmentView>> {
    const filter = await this.filterFor(actor, query);
    const [before = null] = decodeOptionalCursor(listName, cursor, ['string']) ?? [];
    const rows = await this.repository.list(filter, before as AttachmentId | null, limit + 1);
    const page = toPage(
      rows,
      limit,
      (row) => row,
      ({ _id }) => encodeCursor(listName, [_id]),
    );
    // Asked again behind the read: what was accepted after a removal does not reach the removed.
    const groupIds = page.items.flatMap(({ groupId }) => (groupId === null ? [] : [groupId]));
    const stillMine = await this.access.keepOfMember(groupIds, actor.userId);
    const items = page.items.filter(({ groupId }) => groupId !== null && stillMine.has(groupId));
    return { ...page, items: items.map((row) => this.views.of(row)) };
  }

  /** How many there are and what they come to, by type. @throws Problem `not_found`, `not_a_member` for a group */
  async stats(actor: Actor, query: AttachmentQuery): Promise<AttachmentStatsView> {
    const types = await this.repository.sumByType(await this.filterFor(actor, query));
    const sum = (key: 'count' | 'size') => types.reduce((total, type) => total + type[key], 0);
    return { count: sum('count'), size: sum('size'), types };
  }

  private async filterFor(actor: Actor, { groupId, messageId, type }: AttachmentQuery): Promise<AttachmentFilter> {
    const reader = actor.userId;
    if (messageId !== undefined) {
      const { message } = await this.messageAccess.require(actor, messageId, 'read');
      // Of two that contradict each other, nothing is left.
      const groupIds = groupId === undefined || groupId === message.groupId ? [message.groupId] : [];
      return { groupIds, reader, messageId, type };
    }
    if (groupId === undefined) return { groupIds: await this.myGroups.listIds(reader), reader, type };
    await this.access.require(actor, groupId, 'read');
    return { groupIds: [groupId], reader, type };
  }
}
