import { Injectable } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { GroupId, UserId } from '../common/ids.js';
import { GroupLog, type LogEnd, type LogSummary } from '../groups/group-log.js';
import { LogRepository } from './log/log.repository.js';
import { MessageViewsService } from './message-views.service.js';
import { MessagesRepository } from './messages.repository.js';

/** Tells the groups module about its logs. */
@Injectable()
export class MessageLogService extends GroupLog {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly log: LogRepository,
    private readonly views: MessageViewsService,
  ) {
    super();
  }

  findEnd(groupId: GroupId): Promise<LogEnd> {
    return this.log.findEnd(groupId);
  }

  lastActivity(groupIds: readonly GroupId[], asOf: Date): Promise<Map<GroupId, Date>> {
    return this.messages.lastTimes(groupIds, asOf);
  }

  async summarize(
    reader: UserId,
    marks: readonly { groupId: GroupId; lastReadSeq: number }[],
  ): Promise<Map<GroupId, LogSummary>> {
    const rows = await this.messages.summarize(
      reader,
      new Map(marks.map(({ groupId, lastReadSeq }) => [groupId, lastReadSeq])),
    );
    const lastMessages = rows.flatMap(({ lastMessage }) => (lastMessage === null ? [] : [lastMessage]));
    const views = new Map((await this.views.listForUser(reader, lastMessages)).map((view) => [view.groupId, view]));
    const { maxCount } = limits.unread;
    return new Map(
      rows.map(({ _id, lastSeq, rev, unread, mentions }) => [
        _id,
        {
          lastSeq,
          rev,
          lastMessage: views.get(_id) ?? null,
          unreadCount: Math.min(unread, maxCount),
          unreadCapped: unread > maxCount,
          mentionCount: Math.min(mentions, maxCount),
        },
      ]),
    );
  }
}
