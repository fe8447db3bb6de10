import { Injectable } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { GroupId, MessageId, UserId } from '../common/ids.js';
import { fitOf } from './ranking.js';
import { entryId } from './search-entry.js';
import { comparePlaces, type RankingWindow } from './search-cursor.js';
import { SearchEntriesRepository, type EntryPlace, type TimeSpan } from './search-entries.repository.js';
import type { SearchQuery, TermCondition } from './search-query.js';

/** Where to look, and for what. */
export interface Ask {
  groupIds: readonly GroupId[];
  query: SearchQuery;
  senderId: UserId | undefined;
  span: TimeSpan;
}

/** A message that may fit. */
export interface Candidate {
  messageId: MessageId;
  place: EntryPlace;
  fit: number;
}

export interface RankedWindow {
  /** With both edges, so that a cursor can come back to it. */
  window: RankingWindow;
  /** Best fit first, among equals the newest. */
  candidates: Candidate[];
  /** What lies behind it; `null` when that is nothing. */
  next: RankingWindow | null;
}

/** Finds in the index what may fit, and ranks it. */
@Injectable()
export class SearchCandidates {
  constructor(private readonly entries: SearchEntriesRepository) {}

  /** The condition that leaves least to look at; `null` when one of them holds for nothing. */
  async rarest({ groupIds, query, span }: Ask): Promise<TermCondition | null> {
    const { conditions } = query;
    const [only] = conditions;
    if (only === undefined || groupIds.length === 0) return null;
    if (conditions.length === 1) return only;
    // Above what is ranked together all are alike: common.
    const limit = limits.search.maxRanked + 1;
    const counts = await Promise.all(
      conditions.map((condition) => this.entries.count(groupIds, condition, span, limit)),
    );
    const least = Math.min(...counts);
    return least === 0 ? null : (conditions[counts.indexOf(least)] ?? null);
  }

  /** The newest of what may fit from the beginning of a window on, ranked. */
  async inWindow(ask: Ask, driving: TermCondition, { newest, oldest }: RankingWindow): Promise<RankedWindow> {
    // A window with both edges has been looked at before: it holds no more now than then, but for a tie at its edge.
    const limit = oldest === null ? limits.search.maxRanked : 2 * limits.search.maxRanked;
    const span = {
      from: latest(ask.span.from, oldest?.createdAt ?? null),
      to: earliest(ask.span.to, newest?.createdAt ?? null),
    };
    const listed = await this.entries.listNewest(ask.groupIds, driving, span, limit);
    const places = listed.filter(
      (place) =>
        (newest === null || comparePlaces(newest, place) <= 0) &&
        (oldest === null || comparePlaces(place, oldest) <= 0),
    );
    const end = oldest ?? (listed.length === limit ? (listed.at(-1) ?? null) : null);
    return {
      window: { newest: newest ?? places[0] ?? null, oldest: end },
      candidates: await this.rank(ask, driving, places),
      next: end === null ? null : { newest: { ...end, seq: end.seq - 1 }, oldest: null },
    };
  }

  private async rank(ask: Ask, driving: TermCondition, places: readonly EntryPlace[]): Promise<Candidate[]> {
    const rest = ask.query.conditions.filter((condition) => condition !== driving);
    const ids = places.map(({ groupId, seq }) => entryId(groupId, seq));
    const entries = await this.entries.listMatching(ids, rest, ask.senderId);
    return entries
      .map(({ messageId, groupId, seq, createdAt, terms }) => ({
        messageId,
        place: { groupId, seq, createdAt },
        fit: fitOf(terms, ask.query.words),
      }))
      .sort(compareCandidates);
  }
}

/** Best fit first, among equals the newest. */
export function compareCandidates(
  one: Pick<Candidate, 'fit' | 'place'>,
  other: Pick<Candidate, 'fit' | 'place'>,
): number {
  return other.fit - one.fit || comparePlaces(one.place, other.place);
}

function latest(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}

function earliest(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}
