import { Injectable } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { GroupId, UserId } from '../common/ids.js';
import { loadTogether } from '../common/load-together.js';
import type { LogEnd, LogSummary } from '../groups/group-log.js';
import { everyone } from './mentions.js';
import { MessagesRepository, type LogSpan, type UnreadCandidate } from './messages.repository.js';

/** One reader of one group, and how far he has read. */
interface ReadMark {
  reader: UserId;
  groupId: GroupId;
  lastReadSeq: number;
}

const maxMarksTogether = 1000;
/** Further back, what lies above a marker is never read but counted, for each reader by himself. */
const maxCandidatesPerGroup = 2000;
/** The database counts for one reader in the time in which it gives out so many candidates. */
const candidatesPerCount = 300;
/** What is read at once is decoded in one go, and nothing else is done meanwhile: some 100 ms. */
const maxCandidatesTogether = 20_000;

/**
 * Where logs end and what is unread in them. What is asked for in one turn of the event loop is read together: when a
 * network comes back, five hundred members of a group connect at once and all ask about the same log.
 */
@Injectable()
export class LogSummaries {
  private readonly place = loadTogether<ReadMark, Place>((marks) => this.placesOf(marks), maxMarksTogether);

  constructor(private readonly messages: MessagesRepository) {}

  /** The summaries as of a moment after the call. */
  async of(
    reader: UserId,
    marks: readonly { groupId: GroupId; lastReadSeq: number }[],
  ): Promise<Map<GroupId, LogSummary>> {
    const places = await Promise.all(
      marks.map(async ({ groupId, lastReadSeq }) => {
        const mark = { reader, groupId, lastReadSeq };
        return { mark, place: await this.place(mark) };
      }),
    );
    const summaries = new Map<GroupId, LogSummary>();
    // One after the other: whoever comes back to hundreds of groups leaves the database's connections to others.
    for (const { mark, place } of places) summaries.set(mark.groupId, await this.summarize(mark, place));
    return summaries;
  }

  private async summarize(mark: ReadMark, { end, candidates }: Place): Promise<LogSummary> {
    const { unread, mentions } =
      candidates !== null && isNear(mark, end)
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
    const endOf = (groupId: GroupId) => ends.get(groupId) ?? emptyLog;
    const spans = worthReading(
      Array.from(
        Map.groupBy(marks, ({ groupId }) => groupId),
        ([groupId, asked]) => spanOf(groupId, endOf(groupId), asked),
      ),
    );
    const unread = await this.messages.listUnreadCandidates(spans.filter(({ above, upTo }) => above < upTo));
    const candidates = Map.groupBy(unread, ({ groupId }) => groupId);
    const isRead = new Set(spans.map(({ groupId }) => groupId));
    return marks.map(({ groupId }) => ({
      end: endOf(groupId),
      candidates: isRead.has(groupId) ? (candidates.get(groupId) ?? []) : null,
    }));
  }
}

/** The end of a log that holds whatever may be unread for those who are near it. */
interface AskedSpan extends LogSpan {
  readers: number;
}

function spanOf(groupId: GroupId, end: LogEnd, asked: readonly ReadMark[]): AskedSpan {
  const near = asked.filter((mark) => isNear(mark, end));
  const above = Math.min(end.lastSeq, ...near.map((mark) => mark.lastReadSeq));
  return { groupId, above, upTo: end.lastSeq, readers: near.length };
}

/** Those that are read in less time than it takes to count for each reader, where most is gained first. */
function worthReading(spans: readonly AskedSpan[]): AskedSpan[] {
  const costOf = ({ above, upTo, readers }: AskedSpan) => (upTo === above ? 0 : (upTo - above) / readers);
  let room = maxCandidatesTogether;
  return spans
    .filter((span) => costOf(span) <= candidatesPerCount)
    .sort((a, b) => costOf(a) - costOf(b))
    .filter(({ above, upTo }) => {
      const hasRoom = upTo - above <= room;
      if (hasRoom) room -= upTo - above;
      return hasRoom;
    });
}

/** Where a log ends, and what is near its end and may be unread, newest first; `null` when that was not read. */
interface Place {
  end: LogEnd;
  candidates: readonly UnreadCandidate[] | null;
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
