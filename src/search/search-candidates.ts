import { Injectable } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { GroupId, MessageId, UserId } from '../common/ids.js';
import { fitOf } from './ranking.js';
import type { RankingWindow } from './search-cursor.js';
import {
  compareMoments,
  comparePlaces,
  SearchEntriesRepository,
  type EntryPlace,
  type TimeSpan,
} from './search-entries.repository.js';
import { entryId, senderKey } from './search-entry.js';
import { meets, type SearchQuery } from './search-query.js';

/** Where to look, and for what. */
export interface Ask {
  groupIds: readonly GroupId[];
  query: SearchQuery;
  senderId: UserId | undefined;
  hasAttachment: boolean | undefined;
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

  /** The key that leaves least to look at; `null` when nothing has one of them. */
  async rarest({ groupIds, query, senderId, span }: Ask): Promise<string | null> {
    // Of those that are all common the first is taken: one person says less than a word is said, a longer word is rarer.
    const words = query.keys.toSorted((one, other) => other.length - one.length);
    const keys = senderId === undefined ? words : [senderKey(senderId), ...words];
    const [only] = keys;
    if (only === undefined || groupIds.length === 0) return null;
    if (keys.length === 1) return only;
    // Above what is ranked together all are alike: common.
    const limit = limits.search.maxRanked + 1;
    const counts = await Promise.all(keys.map((key) => this.entries.count(groupIds, key, span, limit)));
    const least = Math.min(...counts);
    return least === 0 ? null : (keys[counts.indexOf(least)] ?? null);
  }

  /**
   * The newest of what may fit from the beginning of a window on, ranked.
   *
   * @param size how many at most, when it is not one that has been looked at before
   */
  async inWindow(ask: Ask, key: string, { newest, oldest }: RankingWindow, size: number): Promise<RankedWindow> {
    const span = {
      from: latest(ask.span.from, oldest?.createdAt ?? null),
      to: earliest(ask.span.to, newest?.createdAt ?? null),
    };
    const { listed, isCut } = await this.listNewest(ask.groupIds, key, span, oldest === null ? size : null);
    const places = listed.filter(
      (place) =>
        (newest === null || compareMoments(newest, place) <= 0) &&
        (oldest === null || compareMoments(place, oldest) <= 0),
    );
    const end = oldest ?? (isCut ? (listed.at(-1) ?? null) : null);
    return {
      window: { newest: newest ?? places[0] ?? null, oldest: end },
      candidates: await this.rank(ask, places),
      next: end === null ? null : { newest: { ...end, seq: end.seq - 1 }, oldest: null },
    };
  }

  /** As many as are ranked together, all that are of one moment or none of them: then a window can end behind them. */
  private async listNewest(
    groupIds: readonly GroupId[],
    key: string,
    span: TimeSpan,
    size: number | null,
  ): Promise<{ listed: EntryPlace[]; isCut: boolean }> {
    // What has both edges has been looked at before: it holds no more now than then, but for what was indexed late.
    if (size === null) {
      return {
        listed: await this.entries.listNewest(groupIds, key, span, 2 * limits.search.maxLookedAt),
        isCut: false,
      };
    }
    for (let limit = size; ; limit *= 2) {
      const listed = await this.entries.listNewest(groupIds, key, span, limit + 1);
      const beyond = listed[limit];
      if (beyond === undefined) return { listed, isCut: false };
      const whole = listed.filter((place) => compareMoments(place, beyond) !== 0);
      if (whole.length > 0) return { listed: whole, isCut: true };
    }
  }

  private async rank({ query, senderId, hasAttachment }: Ask, places: readonly EntryPlace[]): Promise<Candidate[]> {
    const byId = new Map(places.map((place) => [entryId(place.groupId, place.seq), place]));
    const entries = await this.entries.listByIds([...byId.keys()]);
    return entries
      .flatMap(({ _id, messageId, senderId: sender, hasAttachment: hasFiles = false, terms: text }) => {
        const place = byId.get(_id);
        if (place === undefined || (senderId !== undefined && sender !== senderId)) return [];
        if (hasAttachment !== undefined && hasFiles !== hasAttachment) return [];
        const terms = text.split(' ');
        if (!query.conditions.every((condition) => meets(terms, condition))) return [];
        return [{ messageId, place, fit: fitOf(terms, query.words) }];
      })
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
