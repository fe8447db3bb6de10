import { Injectable } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { GroupId, UserId } from '../common/ids.js';
import { loadTogether } from '../common/load-together.js';
import type { LogEnd, LogSummary } from '../groups/group-log.js';
import { everyone } from './mentions.js';
import { MessagesRepository, type UnreadCandidate } from './messages.repository.js';

/** One reader of one group, and how far he has read. */
export interface ReadMark {
  reader: UserId;
  groupId: GroupId;
  lastReadSeq: number;
}

const maxMarksTogether = 1000;
/** Up to here what lies above a marker is read once for all readers of the group; further back each one is counted. */
const maxCandidatesPerGroup = 2000;

/**
 * Where logs end and what is unread in them. What is asked for in one turn of the event loop is read together: when a
 * network comes back, five hundred members of a group connect at once and all ask about the same log.
 */
@Injectable()
export class LogSummaries {
  private readonly place = loadTogether<ReadMark, Place>((marks) => this.placesOf(marks), maxMarksTogether);

  constructor(private readonly messages: MessagesRepository) {}

  /** The summary as of a moment after the call. */
  async of(mark: ReadMark): Promise<LogSummary> {
    const { end, candidates } = await this.place(mark);
    const { unread, mentions } = isNear(mark, end)
      ? countUnread(mark, candidates)
      : await this.messages.countUnread(mark.reader, { ...mark, above: mark.lastReadSeq, upTo: end.lastSeq });
    const { maxCount } = limits.unread;
    return {
      ...end,
      unreadCount: Math.min(unread, maxCount),
      unreadCapped: unread > maxCount,
      mentionCount: Math.min(mentions, maxCount),
    };
  }

  private async placesOf(marks: readonly ReadMark[]): Promise<Place[]> {
    // The ends first: what is counted is counted up to there.
    const ends = await this.messages.listEnds([...new Set(marks.map(({ groupId }) => groupId))]);
    const spans = Array.from(
      Map.groupBy(marks, ({ groupId }) => groupId),
      ([groupId, asked]) => {
        const end = ends.get(groupId) ?? emptyLog;
        const near = asked.filter((mark) => isNear(mark, end));
        return { groupId, above: Math.min(end.lastSeq, ...near.map((mark) => mark.lastReadSeq)), upTo: end.lastSeq };
      },
    );
    const unread = await this.messages.listUnreadCandidates(spans.filter(({ above, upTo }) => above < upTo));
    const candidates = Map.groupBy(unread, ({ groupId }) => groupId);
    return marks.map(({ groupId }) => ({
      end: ends.get(groupId) ?? emptyLog,
      candidates: candidates.get(groupId) ?? [],
    }));
  }
}

/** Where a log ends, and what is near its end and may be unread, newest first. */
interface Place {
  end: LogEnd;
  candidates: readonly UnreadCandidate[];
}

const emptyLog: LogEnd = { lastSeq: 0, rev: 0 };

/** Places have no gaps: how many lie above a marker is known without a look. */
function isNear({ lastReadSeq }: ReadMark, { lastSeq }: LogEnd): boolean {
  return lastSeq - lastReadSeq <= maxCandidatesPerGroup;
}

function countUnread(
  { reader, lastReadSeq }: ReadMark,
  candidates: readonly UnreadCandidate[],
): { unread: number; mentions: number } {
  let unread = 0;
  let mentions = 0;
  for (const { seq, senderId, mentions: mentioned } of candidates) {
    if (seq <= lastReadSeq) break;
    if (senderId === reader) continue;
    unread += 1;
    if (mentioned.includes(reader) || mentioned.includes(everyone)) mentions += 1;
  }
  return { unread, mentions };
}
