import { Injectable } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { GroupId, UserId } from '../common/ids.js';
import { loadTogether } from '../common/load-together.js';
import type { LogSummary } from '../groups/group-log.js';
import type { LogOutline } from './log-outline.js';
import { LogOutlines } from './log-outlines.js';
import { MessagesRepository, type LogSpan } from './messages.repository.js';

/** How far one reader has read one group. */
interface ReadMark {
  groupId: GroupId;
  lastReadSeq: number;
}

const maxMarksTogether = 1000;
const { maxCount } = limits.unread;

/**
 * Where logs end and what is unread in them. What is asked for in one turn of the event loop is read together: when a
 * network comes back, five hundred members of a group connect at once and all ask about the same log.
 */
@Injectable()
export class LogSummaries {
  private readonly outline = loadTogether<ReadMark, LogOutline>((marks) => this.outlinesOf(marks), maxMarksTogether);

  constructor(
    private readonly messages: MessagesRepository,
    private readonly outlines: LogOutlines,
  ) {}

  /** The summaries as of a moment after the call. */
  async of(reader: UserId, marks: readonly ReadMark[]): Promise<Map<GroupId, LogSummary>> {
    const summaries = await Promise.all(
      marks.map(async (mark) => [mark.groupId, await this.summarize(reader, mark)] as const),
    );
    return new Map(summaries);
  }

  private async summarize(reader: UserId, mark: ReadMark): Promise<LogSummary> {
    const { groupId, lastReadSeq } = mark;
    const outline = await this.outline(mark);
    const { end, above } = outline;
    const counted = outline.countUnread(reader, lastReadSeq);
    const rest = await this.countRest(reader, { groupId, above: lastReadSeq, upTo: above }, counted.unread);
    const unread = counted.unread + rest.unread;
    return {
      ...end,
      unreadCount: Math.min(unread, maxCount),
      unreadCapped: unread > maxCount,
      mentionCount: Math.min(counted.mentions + rest.mentions, maxCount),
    };
  }

  /** What lies behind the outline; places of it are read only where the count would not be full without them. */
  private async countRest(
    reader: UserId,
    span: LogSpan,
    counted: number,
  ): Promise<{ unread: number; mentions: number }> {
    if (span.above >= span.upTo) return { unread: 0, mentions: 0 };
    const [unread, mentions] = await Promise.all([
      counted > maxCount ? 0 : this.messages.countUnread(reader, span),
      this.messages.countMentions(reader, span),
    ]);
    return { unread, mentions };
  }

  private async outlinesOf(marks: readonly ReadMark[]): Promise<LogOutline[]> {
    const wanted = new Map<GroupId, number>();
    for (const { groupId, lastReadSeq } of marks) {
      wanted.set(groupId, Math.min(lastReadSeq, wanted.get(groupId) ?? lastReadSeq));
    }
    const outlines = await this.outlines.of(wanted);
    return marks.map(({ groupId }) => {
      const outline = outlines.get(groupId);
      if (outline === undefined) throw new Error(`there is no outline of group ${groupId}`);
      return outline;
    });
  }
}
