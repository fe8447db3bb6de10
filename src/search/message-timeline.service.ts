import { Injectable } from '@nestjs/common';

import type { MessageId } from '../common/ids.js';
import { LogReaderService } from '../messages/log-reader.service.js';
import type { ListedMessage } from '../messages/message.schema.js';
import {
  compareTimePlaces,
  MessageTimeline,
  type TimelineFilter,
  type TimePlace,
} from '../messages/message-timeline.js';
import { LogTailsService } from './log-tails.service.js';
import { TimelineRepository } from './timeline.repository.js';

/** Messages of many groups by time: from the entries, and from the logs what the entries do not have yet. */
@Injectable()
export class MessageTimelineService extends MessageTimeline {
  constructor(
    private readonly entries: TimelineRepository,
    private readonly tails: LogTailsService,
    private readonly log: LogReaderService,
  ) {
    super();
  }

  async listNewest(filter: TimelineFilter, before: TimePlace | null, limit: number): Promise<TimePlace[]> {
    const { changes, farBehind } = await this.tails.of(filter.groupIds);
    const isFarBehind = new Set(farBehind);
    const indexed = { ...filter, groupIds: filter.groupIds.filter((groupId) => !isFarBehind.has(groupId)) };
    const changedIds = new Set<MessageId>(changes.map(({ _id }) => _id));
    // Each change may take one of the entries away.
    const listed = await this.entries.listNewest(indexed, before, limit + changes.length);
    const fromLogs = await Promise.all(
      farBehind.map((groupId) => this.log.listNewest(groupId, filter.senderId, before, limit)),
    );
    const fitting = [...changes, ...fromLogs.flat()].filter(
      (message) => fits(message, filter) && (before === null || compareTimePlaces(before, message) < 0),
    );
    return [
      ...listed.filter(({ _id }) => !changedIds.has(_id)),
      ...fitting.map(({ _id, createdAt }) => ({ _id, createdAt })),
    ]
      .sort(compareTimePlaces)
      .slice(0, limit);
  }
}

function fits({ deletedAt, senderId }: ListedMessage, filter: TimelineFilter): boolean {
  return deletedAt === null && (filter.senderId === undefined || senderId === filter.senderId);
}
