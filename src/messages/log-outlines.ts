import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

import type { GroupId } from '../common/ids.js';
import { LogOutline } from './log-outline.js';
import { MessagesRepository, type LogSpan } from './messages.repository.js';

/** Places that are kept of one log. */
const maxPlaces = 2048;
/** Whoever is further behind has more to read than is counted for him, unless most of it is his own or deleted. */
const enoughPlaces = 1024;
/** Few places more cost next to nothing, and are there for the next who asks. */
const minPlaces = 64;
/** Places that are kept in all, some 40 bytes each. */
const maxPlacesInAll = 500_000;
/** What a log takes besides its places. */
const placesOfLog = 20;
/** Beyond so many changes a log is read anew. */
const maxChanges = 1000;
/** What is read at once is decoded in one go, and nothing else is done meanwhile: some 20 ms. */
const maxRowsTogether = 4000;

/**
 * The last places of logs, kept in memory: what is unread for a reader is counted there, for five hundred who come back
 * at once to one group as for one who comes back to hundreds of groups. Each answer is as of the latest change that the
 * database has, whichever node made it: what is kept is compared with that, and brought there by what changed since.
 */
@Injectable()
export class LogOutlines {
  private readonly known = new LRUCache<GroupId, LogOutline>({
    maxSize: maxPlacesInAll,
    sizeCalculation: ({ size }) => size + placesOfLog,
  });

  constructor(private readonly messages: MessagesRepository) {}

  /**
   * The outlines of some logs as of a moment after the call. To be called again only when the call before has returned.
   *
   * @param wanted above which place each is asked for; it goes back as far, or as far as is kept
   */
  async of(wanted: ReadonlyMap<GroupId, number>): Promise<Map<GroupId, LogOutline>> {
    const revs = await this.messages.listLatestRevs([...wanted.keys()]);
    await this.moveOn(revs);
    const outlines = new Map<GroupId, LogOutline>();
    const missing = new Map<GroupId, number>();
    for (const [groupId, above] of wanted) {
      const outline = this.find(groupId, revs.get(groupId) ?? 0);
      if (outline === null || !goesBackTo(outline, above)) missing.set(groupId, above);
      else outlines.set(groupId, outline);
    }
    for (const [groupId, outline] of await this.read(missing)) outlines.set(groupId, outline);
    return outlines;
  }

  /** What is kept of a log; `null` when it is not as of its latest change. A log that was put back ends before. */
  private find(groupId: GroupId, rev: number): LogOutline | null {
    const outline = this.known.get(groupId);
    return outline?.end.rev === rev ? outline : null;
  }

  /** Brings what is kept of some logs to their latest changes. */
  private async moveOn(revs: Map<GroupId, number>): Promise<void> {
    const behind = Array.from(revs, ([groupId, rev]) => {
      const outline = this.known.peek(groupId);
      return { groupId, outline, count: outline === undefined ? 0 : rev - outline.end.rev };
    }).filter(({ count }) => count > 0 && count <= maxChanges);
    for (const some of inParts(behind, ({ count }) => count)) {
      const positions = some.map(({ groupId, outline }) => ({ groupId, since: outline?.end.rev ?? 0 }));
      const changes = Map.groupBy(await this.messages.listOutlinedChanges(positions), ({ groupId }) => groupId);
      for (const { groupId, outline } of some) {
        this.known.delete(groupId);
        if (outline?.moveOn(changes.get(groupId) ?? []) !== true) continue;
        outline.shorten(maxPlaces);
        this.known.set(groupId, outline);
        // There may be later changes among them than when it was asked for.
        revs.set(groupId, outline.end.rev);
      }
    }
  }

  private async read(missing: ReadonlyMap<GroupId, number>): Promise<Map<GroupId, LogOutline>> {
    // The ends first: what is read up to there is as of then or later.
    const ends = await this.messages.listEnds([...missing.keys()]);
    const outlines = new Map<GroupId, LogOutline>();
    const spans = Array.from(missing, ([groupId, above]): LogSpan => {
      const upTo = ends.get(groupId)?.lastSeq ?? 0;
      return { groupId, above: Math.max(0, upTo - depthOf(upTo - above)), upTo };
    });
    for (const some of inParts(spans, sizeOf)) {
      const rows = await this.messages.listOutlined(some.filter(({ above, upTo }) => above < upTo));
      const ofGroups = Map.groupBy(rows, ({ groupId }) => groupId);
      for (const { groupId, above } of some) {
        const outline = LogOutline.of(ends.get(groupId) ?? emptyLog, above, ofGroups.get(groupId) ?? []);
        outlines.set(groupId, outline);
        this.known.set(groupId, outline);
      }
    }
    return outlines;
  }
}

const emptyLog = { lastSeq: 0, rev: 0 };

function goesBackTo(outline: LogOutline, above: number): boolean {
  return outline.above <= above || outline.size >= enoughPlaces;
}

/** In powers of two, so that readers who are each a little further behind do not have it read again and again. */
function depthOf(count: number): number {
  if (count >= maxPlaces) return maxPlaces;
  return Math.max(minPlaces, 2 ** Math.ceil(Math.log2(Math.max(1, count))));
}

function sizeOf({ above, upTo }: LogSpan): number {
  return upTo - above;
}

/** As many together as are read at once. */
function* inParts<Item>(items: readonly Item[], rowsOf: (item: Item) => number): Iterable<Item[]> {
  let part: Item[] = [];
  let rows = 0;
  for (const item of items) {
    if (part.length > 0 && rows + rowsOf(item) > maxRowsTogether) {
      yield part;
      part = [];
      rows = 0;
    }
    part.push(item);
    rows += rowsOf(item);
  }
  if (part.length > 0) yield part;
}
