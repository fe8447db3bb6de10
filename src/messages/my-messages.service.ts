import { Injectable } from '@nestjs/common';

import type { MessageView, Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { decodeCursor, encodeCursor, listOf, toPage } from '../common/cursor.js';
import type { MessageId } from '../common/ids.js';
import { GroupAccess } from '../groups/group-access.js';
import { MyGroupsService } from '../groups/my-groups.service.js';
import { MessageViewsService } from './message-views.service.js';
import { MessageTimeline, type TimelineFilter, type TimePlace } from './message-timeline.js';
import { MessagesRepository } from './messages.repository.js';

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
    private readonly timeline: MessageTimeline,
    private readonly messages: MessagesRepository,
    private readonly myGroups: MyGroupsService,
    private readonly access: GroupAccess,
    private readonly views: MessageViewsService,
  ) {}

  /** What was said in my groups. @throws Problem `validation_failed` for a cursor of another list */
  async listRecent(actor: Actor, page: PageOf): Promise<Page<MessageView>> {
    return this.list(actor, { groupIds: await this.myGroups.listIds(actor.userId) }, page, recentList);
  }

  /** What I said, in groups that are mine still. @throws Problem `validation_failed` for a cursor of another list */
  async listSent(actor: Actor, page: PageOf): Promise<Page<MessageView>> {
    const { userId } = actor;
    return this.list(actor, { senderId: userId, groupIds: await this.myGroups.listIds(userId) }, page, sentList);
  }

  private async list(
    actor: Actor,
    filter: TimelineFilter,
    { limit, cursor }: PageOf,
    listName: string,
  ): Promise<Page<MessageView>> {
    const list = listOf(listName, actor.userId);
    const places = await this.timeline.listNewest(filter, placeOf(list, cursor), limit + 1);
    const page = toPage(
      places,
      limit,
      ({ _id }) => _id,
      ({ createdAt, _id }) => encodeCursor(list, [createdAt, _id]),
    );
    const stored = new Map((await this.messages.listByIds(page.items)).map((message) => [message._id, message]));
    // What was deleted meanwhile is left out.
    const messages = page.items.flatMap((id) => stored.get(id) ?? []).filter(({ deletedAt }) => deletedAt === null);
    const items = await this.views.listForUser(actor.userId, messages);
    // Asked behind the read: what was accepted after a removal does not reach the removed.
    const groupIds = messages.map(({ groupId }) => groupId);
    const stillMine = await this.access.keepOfMember(groupIds, actor.userId);
    return { ...page, items: items.filter(({ groupId }) => stillMine.has(groupId)) };
  }
}

function placeOf(list: string, cursor: string | undefined): TimePlace | null {
  if (cursor === undefined) return null;
  const [createdAt, id] = decodeCursor(list, cursor, ['time', 'string']);
  return { createdAt, _id: id as MessageId };
}
