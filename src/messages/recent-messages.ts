import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

import type { GroupId, MessageId } from '../common/ids.js';
import type { ListedMessage, MessageRecord } from './message.schema.js';

/** The newest messages of a group that are not deleted, newest first, as of one `rev` of its log. */
export interface RecentEntry {
  rev: number;
  lastSeq: number;
  messages: readonly ListedMessage[];
  /** There are older ones behind the last of `messages`. */
  hasOlder: boolean;
  /** How many replies each has, those without any left out; absent until it is counted. */
  threadCounts?: ReadonlyMap<MessageId, number> | undefined;
}

/** So many messages of a group are kept. */
export const keptMessages = 50;

/**
 * The newest messages of active groups. What it holds is valid only while the group's `rev` is the one it was made at,
 * and its reader checks that against the database, so it never shows an old state, whichever node has written.
 */
export abstract class RecentMessages {
  /** How often what was kept answered, and how often the database had to. */
  hits = 0;
  misses = 0;

  /** Groups that are kept. */
  abstract get size(): number;

  /** The entry of a group if it is as of `rev`. */
  async find(groupId: GroupId, rev: number): Promise<RecentEntry | null> {
    const entry = await this.read(groupId);
    if (entry?.rev === rev) {
      this.hits += 1;
      return entry;
    }
    this.misses += 1;
    return null;
  }

  /** Keeps what was read; the rows are as of `rev` or newer. */
  abstract keep(groupId: GroupId, entry: RecentEntry): void;

  /** The replies of an entry were counted, after it was read: they are as of `rev` or newer. */
  abstract keepThreadCounts(groupId: GroupId, rev: number, counts: ReadonlyMap<MessageId, number>): void;

  /** This node has written an entry of the log: what is kept moves on with it, or is dropped. */
  abstract note(record: MessageRecord): void;

  protected abstract read(groupId: GroupId): Promise<RecentEntry | null>;
}

const maxGroups = 1000;

/** For one node: in memory. */
@Injectable()
export class RecentMessagesInMemory extends RecentMessages {
  private readonly entries = new LRUCache<GroupId, RecentEntry>({ max: maxGroups });

  get size(): number {
    return this.entries.size;
  }

  keep(groupId: GroupId, entry: RecentEntry): void {
    const known = this.entries.peek(groupId);
    if (known === undefined || known.rev < entry.rev) this.entries.set(groupId, entry);
  }

  keepThreadCounts(groupId: GroupId, rev: number, threadCounts: ReadonlyMap<MessageId, number>): void {
    const entry = this.entries.peek(groupId);
    // An entry that has moved on may have done so with a reply that was not there yet.
    if (entry?.rev === rev) this.entries.set(groupId, { ...entry, threadCounts });
  }

  note(record: MessageRecord): void {
    const entry = this.entries.peek(record.groupId);
    // An entry that was read after the write has it already.
    if (entry === undefined || entry.rev >= record.rev) return;
    const next = entry.rev === record.rev - 1 ? moveOn(entry, toListed(record)) : null;
    if (next === null) this.entries.delete(record.groupId);
    else this.entries.set(record.groupId, next);
  }

  protected read(groupId: GroupId): Promise<RecentEntry | null> {
    return Promise.resolve(this.entries.get(groupId) ?? null);
  }
}

/** The entry after one more change; `null` when that cannot be told from what is kept. */
function moveOn(entry: RecentEntry, record: ListedMessage): RecentEntry | null {
  const { rev, seq } = record;
  const isNew = record.revs.length === 1;
  if (isNew && seq !== entry.lastSeq + 1) return null;
  if (isNew) {
    const messages = [record, ...entry.messages];
    return {
      rev,
      lastSeq: seq,
      messages: messages.slice(0, keptMessages),
      hasOlder: entry.hasOlder || messages.length > keptMessages,
      // What was counted may have a reply already that is only now told of: then it is not counted on, but anew.
      threadCounts: record.replyToId === null ? entry.threadCounts : undefined,
    };
  }
  const isKept = entry.messages.some(({ _id }) => _id === record._id);
  // A message that is deleted makes room for one that is not here; one that is restored belongs somewhere in between.
  if (!isKept || record.deletedAt !== null) return null;
  return { ...entry, rev, messages: entry.messages.map((message) => (message._id === record._id ? record : message)) };
}

function toListed({ versions: _versions, changeIds: _changeIds, ...listed }: MessageRecord): ListedMessage {
  return listed;
}
