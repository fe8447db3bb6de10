import { Injectable } from '@nestjs/common';

import type { MessageView } from '../../contract/views.js';
import type { GroupId, MessageId, UserId } from '../common/ids.js';
import { GroupLog, type LogEnd, type LogSummary } from '../groups/group-log.js';
import { LogRepository } from './log/log.repository.js';
import { LogSummaries } from './log-summaries.js';
import { MessageViewsService } from './message-views.service.js';
import { MessagesRepository } from './messages.repository.js';

/** A reply comes behind what it answers: the last message that is not deleted has none that is not. */
const noReplies: ReadonlyMap<MessageId, number> = new Map();

/** Tells the groups module about its logs. */
@Injectable()
export class MessageLogService extends GroupLog {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly log: LogRepository,
    private readonly summaries: LogSummaries,
    private readonly views: MessageViewsService,
  ) {
    super();
  }

  findEnd(groupId: GroupId): Promise<LogEnd> {
    return this.log.findEnd(groupId);
  }

  listEnds(groupIds: readonly GroupId[]): Promise<Map<GroupId, LogEnd>> {
    return this.messages.listEnds(groupIds);
  }

  lastActivity(groupIds: readonly GroupId[], asOf: Date): Promise<Map<GroupId, Date>> {
    return this.messages.lastTimes(groupIds, asOf);
  }

  async lastMessages(reader: UserId, groupIds: readonly GroupId[]): Promise<Map<GroupId, MessageView>> {
    const views = await this.views.listForUser(reader, await this.messages.lastOf(groupIds), noReplies);
    return new Map(views.map((view) => [view.groupId as GroupId, view]));
  }

  summarize(
    reader: UserId,
    marks: readonly { groupId: GroupId; lastReadSeq: number }[],
  ): Promise<Map<GroupId, LogSummary>> {
    return this.summaries.of(reader, marks);
  }
}
