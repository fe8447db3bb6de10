import { Injectable } from '@nestjs/common';

import type { MessageView, Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { decodeCursor, encodeCursor, toPage } from '../common/cursor.js';
import type { GroupId, MessageId } from '../common/ids.js';
import { GroupAccess } from '../groups/group-access.js';
import { MyGroupsService } from '../groups/my-groups.service.js';
import { MessageViewsService } from './message-views.service.js';
import type { ListedMessage } from './message.schema.js';
import { MyMessagesRepository, type TimePlace } from './my-messages.repository.js';

/** Which page is wanted. */
interface PageOf {
  limit: number;
  cursor?: string;
}

const recentList = 'recent';
const sentList = 'sent';

/** Messages of all groups of the one who asks, newest first. Deleted ones are left out. */
@Injectable()
export class MyMessagesService {
  constructor(
    private readonly messages: MyMessagesRepository,
    private readonly myGroups: MyGroupsService,
    private readonly access: GroupAccess,
    private readonly views: MessageViewsService,
  ) {}

  /** What was said in my groups. @throws Problem `validation_failed` for a cursor of another list */
  async listRecent(actor: Actor, { limit, cursor }: PageOf): Promise<Page<MessageView>> {
    const before = placeOf(recentList, cursor);
    const groupIds = await this.myGroups.listIds(actor.userId);
    const rows = await this.messages.listOfGroups(groupIds, before, limit + 1);
    return this.pageOf(actor, rows, limit, recentList);
  }

  /** What I said, in groups that are mine still. @throws Problem `validation_failed` for a cursor of another list */
  async listSent(actor: Actor, { limit, cursor }: PageOf): Promise<Page<MessageView>> {
    const before = placeOf(sentList, cursor);
    const groupIds = await this.myGroups.listIds(actor.userId);
    const rows = await this.messages.listSent(actor.userId, groupIds, before, limit + 1);
    return this.pageOf(actor, rows, limit, sentList);
  }

  private async pageOf(
    actor: Actor,
    rows: readonly ListedMessage[],
    limit: number,
    listName: string,
  ): Promise<Page<MessageView>> {
    const page = toPage(
      rows,
      limit,
      (row) => row,
      (row) => encodeCursor(listName, [row.createdAt.getTime(), row._id]),
    );
    const items = await this.views.listForUser(actor.userId, page.items);
    // Asked behind the read: what was accepted after a removal does not reach the removed.
    const stillMine = new Set<string>();
    for (const groupId of new Set(page.items.map((row) => row.groupId))) {
      if (await this.access.isMember(groupId, actor.userId)) stillMine.add(groupId);
    }
    return { ...page, items: items.filter(({ groupId }) => stillMine.has(groupId as GroupId)) };
  }
}

function placeOf(listName: string, cursor: string | undefined): TimePlace | null {
  if (cursor === undefined) return null;
  const [atMs, id] = decodeCursor(listName, cursor, ['number', 'string']);
  return { createdAt: new Date(atMs), _id: id as MessageId };
}
