import { Injectable } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { FoundMessageView, Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import type { GroupId, UserId } from '../common/ids.js';
import { GroupAccess } from '../groups/group-access.js';
import { MyGroupsService } from '../groups/my-groups.service.js';
import { LogReaderService } from '../messages/log-reader.service.js';
import { MessageViewsService } from '../messages/message-views.service.js';
import { hasFiles } from '../messages/has-files.js';
import type { ListedMessage } from '../messages/message.schema.js';
import { compareCandidates, SearchCandidates, type Ask, type Candidate } from './search-candidates.js';
import { decodePosition, encodePosition, firstPosition, type SearchPosition } from './search-cursor.js';
import { isFoundIn, parseSearchQuery } from './search-query.js';
import { snippetOf } from './snippet.js';

/** What to search for, and where. */
export interface Search {
  q: string;
  groupId?: GroupId | undefined;
  senderId?: UserId | undefined;
  /** `true`: carrying files; `false`: carrying none. */
  hasAttachment?: boolean | undefined;
  /** Sent at this time or later. */
  from?: Date | undefined;
  /** Sent before this time. */
  to?: Date | undefined;
}

/** A message that was found, and where it stands among the others. */
interface Found {
  message: ListedMessage;
  position: SearchPosition;
}

/** How much is looked at for one page; the next page goes on from there. */
function windowSizes({ query, senderId, hasAttachment }: Ask): number[] {
  const { maxRanked, maxLookedAt } = limits.search;
  // Where a word is not all, few of those that have it may fit: one look at more costs less than several at few.
  const isNarrow = query.conditions.length > 1 || (senderId ?? hasAttachment) !== undefined;
  return isNarrow ? [maxLookedAt] : [maxRanked, maxLookedAt];
}

/**
 * Full text over one's own groups. The index only proposes: every message is read from the log before it is shown, so
 * that what is deleted, was edited, or is of a group that one has left is not found, however late the index is.
 */
@Injectable()
export class SearchService {
  constructor(
    private readonly candidates: SearchCandidates,
    private readonly log: LogReaderService,
    private readonly myGroups: MyGroupsService,
    private readonly access: GroupAccess,
    private readonly views: MessageViewsService,
  ) {}

  /**
   * Messages that fit, best first: those that have more of the words whole, then those in which they stand closer
   * together, then the newest. A page may be shorter than `limit`, and still have a next one.
   *
   * @throws Problem `validation_failed` for a search without a word to go by, or a cursor of another search;
   *   `not_found` or `not_a_member` for a `groupId`
   */
  async search(
    actor: Actor,
    search: Search,
    { limit, cursor }: { limit: number; cursor?: string | undefined },
  ): Promise<Page<FoundMessageView>> {
    const query = parseSearchQuery(search.q);
    const asked = { ...search, by: actor.userId };
    const start = cursor === undefined ? firstPosition : decodePosition(asked, cursor);
    const groupIds = await this.groupIds(actor, search.groupId);
    const { senderId, hasAttachment } = search;
    const ask: Ask = { groupIds, query, senderId, hasAttachment, span: spanOf(search) };
    const { found, next } = await this.collect(ask, start, limit);
    const messages = found.map(({ message }) => message);
    const views = await this.views.listForUser(actor.userId, messages);
    // Asked behind the read: what was accepted after a removal does not reach the removed.
    const foundIn = messages.map(({ groupId }) => groupId);
    const stillMine = await this.access.keepOfMember(foundIn, actor.userId);
    const items = views.flatMap((message, index) => {
      const content = messages[index]?.content;
      if (content === undefined || !stillMine.has(message.groupId)) return [];
      return [{ message, snippet: snippetOf(content, query.words) }];
    });
    return { items, nextCursor: next === null ? null : encodePosition(asked, next), hasMore: next !== null };
  }

  private async groupIds(actor: Actor, groupId: GroupId | undefined): Promise<GroupId[]> {
    if (groupId === undefined) return this.myGroups.listIds(actor.userId);
    const { group } = await this.access.require(actor, groupId, 'read');
    return [group._id];
  }

  /** Goes through what may fit until there is a page of what does, and one more that says whether there is a next. */
  private async collect(
    ask: Ask,
    start: SearchPosition,
    limit: number,
  ): Promise<{ found: Found[]; next: SearchPosition | null }> {
    const driving = await this.candidates.rarest(ask);
    if (driving === null) return { found: [], next: null };
    const found: Found[] = [];
    let position = start;
    for (const size of windowSizes(ask)) {
      const { window, candidates, next } = await this.candidates.inWindow(ask, driving, position.window, size);
      const { after } = position;
      const rest = after === null ? candidates : candidates.filter((one) => compareCandidates(one, after) > 0);
      // As many as make a page, mostly enough; where few are what they seemed to be, twice as many with each look.
      for (let index = 0, count = limit + 1; index < rest.length && found.length <= limit; index += count, count *= 2) {
        const some = rest.slice(index, index + count);
        found.push(...(await this.verified(ask, some)).map((one) => ({ ...one, position: { window, after: one } })));
      }
      if (found.length > limit) return { found: found.slice(0, limit), next: found[limit - 1]?.position ?? null };
      if (next === null) return { found, next: null };
      position = { window: next, after: null };
    }
    return { found, next: position };
  }

  /** Those candidates that are there and say it now. */
  private async verified(
    { groupIds, query, hasAttachment }: Ask,
    candidates: readonly Candidate[],
  ): Promise<{ message: ListedMessage; fit: number; place: Candidate['place'] }[]> {
    const groups = new Set<string>(groupIds);
    const messages = await this.log.findByIds(candidates.map(({ messageId }) => messageId));
    return candidates.flatMap(({ messageId, fit, place }) => {
      const message = messages.get(messageId);
      if (message?.deletedAt !== null || !groups.has(message.groupId)) return [];
      if (hasAttachment !== undefined && hasFiles(message) !== hasAttachment) return [];
      return isFoundIn(message.content, query) ? [{ message, fit, place }] : [];
    });
  }
}

function spanOf({ from, to }: Search): Ask['span'] {
  return { from: from ?? null, to: to === undefined ? null : new Date(to.getTime() - 1) };
}
