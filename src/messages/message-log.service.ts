import { Injectable } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { GroupId, UserId } from '../common/ids.js';
import { GroupLog, type LogEnd, type LogSummary } from '../groups/group-log.js';
import { UsersService } from '../users/users.service.js';
import { LogRepository } from './log/log.repository.js';
import { toMessageView, toSenderView } from './message.view.js';
import { MessagesRepository } from './messages.repository.js';

/** Tells the groups module about its logs. */
@Injectable()
export class MessageLogService extends GroupLog {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly log: LogRepository,
    private readonly users: UsersService,
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
    const senders = await this.users.findByIds(
      rows.flatMap(({ lastMessage }) => (lastMessage === null ? [] : [lastMessage.senderId])),
    );
    const { maxCount } = limits.unread;
    return new Map(
      rows.map(({ _id, lastSeq, rev, lastMessage, unread }) => {
        const sender = lastMessage === null ? undefined : senders.get(lastMessage.senderId);
        const summary: LogSummary = {
          lastSeq,
          rev,
          lastMessage:
            lastMessage === null || sender === undefined ? null : toMessageView(lastMessage, toSenderView(sender)),
          unreadCount: Math.min(unread, maxCount),
          unreadCapped: unread > maxCount,
        };
        return [_id, summary];
      }),
    );
  }
}
