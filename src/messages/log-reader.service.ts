import { Injectable } from '@nestjs/common';

import type { GroupId, MessageId, UserId } from '../common/ids.js';
import type { LogEnd } from '../groups/group-log.js';
import type { TimePlace } from './message-timeline.js';
import type { ListedMessage, MessageRecord } from './message.schema.js';
import { LogRepository } from './log/log.repository.js';
import { MessagesRepository } from './messages.repository.js';

/** The logs as they are stored, for modules that derive something from them. Nobody is asked for access here. */
@Injectable()
export class LogReaderService {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly log: LogRepository,
  ) {}

  /** What changed after `since`, in `rev` order, each message in its latest state; deleted ones too. */
  changesSince(groupId: GroupId, since: number, limit: number): Promise<ListedMessage[]> {
    return this.messages.listChanges(groupId, since, limit);
  }

  /** The latest change of each log; groups without one are left out. */
  latestRevs(groupIds: readonly GroupId[]): Promise<Map<GroupId, number>> {
    return this.messages.listLatestRevs(groupIds);
  }

  /** The newest messages of a log that are not deleted, by somebody (`undefined`: anybody), behind a place by time. */
  listNewest(
    groupId: GroupId,
    senderId: UserId | undefined,
    before: TimePlace | null,
    limit: number,
  ): Promise<ListedMessage[]> {
    return this.messages.listNewestBehind(groupId, senderId, before, limit);
  }

  /** Where each log ends. */
  ends(groupIds: readonly GroupId[]): Promise<Map<GroupId, LogEnd>> {
    return this.messages.listEnds(groupIds);
  }

  /** The message that a send was, by the id that its sender gave it. */
  findSent(send: Pick<MessageRecord, 'groupId' | 'senderId' | 'clientMessageId'>): Promise<MessageRecord | null> {
    return this.log.findRepeated(send);
  }

  /** Those of some messages that are there, by id. */
  async findByIds(ids: readonly MessageId[]): Promise<Map<MessageId, ListedMessage>> {
    return new Map((await this.messages.listByIds(ids)).map((message) => [message._id, message]));
  }
}
