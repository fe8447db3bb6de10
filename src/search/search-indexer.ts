import { setTimeout as sleep } from 'node:timers/promises';

import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';

import type { MessageView } from '../../contract/views.js';
import { DomainEvents, type DomainEvent } from '../common/domain-events.js';
import type { GroupId, MessageId, UserId } from '../common/ids.js';
import { outsideOfContext } from '../common/request-context.js';
import { LogWriter } from '../messages/log/log-writer.js';
import { LogReaderService } from '../messages/log-reader.service.js';
import { hasFiles } from '../messages/has-files.js';
import type { ListedMessage } from '../messages/message.schema.js';
import { FollowedGroups } from './followed-groups.js';
import { SearchEntriesRepository } from './search-entries.repository.js';
import type { IndexedMessage } from './search-entry.js';

/** A change of the log that this node has made; without a message when it left the text alone. */
interface Noted {
  groupId: GroupId;
  rev: number;
  message: IndexedMessage | null;
}

/** What is said within this time is indexed together. */
const gatherMs = 200;
/**
 * While people write, this is a thousand messages a second: as much as a large installation says, and a tenth of what the
 * log can take in a flood, which must not wait for its words to be indexed: an entry costs more than the message.
 */
const maxBatch = 200;
/** While the log has more to write than it can, the index stands back for so long at a time. */
const maxStandBackMs = 600;
/** Beyond so many that wait, groups are read back from their logs: it takes longer, but no memory. */
const maxWaiting = 5_000;
const saveEveryMs = 5_000;
const pauseInOutageMs = 1_000;
/**
 * Keeps the search entries behind the log, in the background, so that a message's own way is no longer for it. Changes
 * that this node makes come by domain events; what it missed (another node's changes, a crash, too much at once) it
 * reads from the log, from the last `rev` that is noted for the group. Two nodes may index the same: entries never go
 * back to an earlier change.
 */
@Injectable()
export class SearchIndexer implements BeforeApplicationShutdown {
  private readonly logger = new Logger(SearchIndexer.name);
  private waiting: Noted[] = [];
  private readonly behind = new Set<GroupId>();
  private running: Promise<void> | undefined;
  private readonly stopping = new AbortController();
  private savedAt = 0;

  constructor(
    private readonly entries: SearchEntriesRepository,
    private readonly followed: FollowedGroups,
    private readonly log: LogReaderService,
    private readonly writer: LogWriter,
    events: DomainEvents,
  ) {
    events.listen((event) => {
      const noted = notedOf(event);
      if (noted !== null) this.note(noted);
    });
  }

  /** These groups are behind their logs. */
  catchUp(groupIds: Iterable<GroupId>): void {
    for (const groupId of groupIds) this.behind.add(groupId);
    if (this.behind.size > 0) this.wake();
  }

  /** A group's log is not the one that was indexed. */
  startAfresh(groupId: GroupId, epoch: string): void {
    this.followed.startAfresh(groupId, epoch);
    this.catchUp([groupId]);
  }

  /** What waits is left: the next start reads it from the log. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private note(noted: Noted): void {
    if (this.waiting.length < maxWaiting) this.waiting.push(noted);
    else this.behind.add(noted.groupId);
    this.wake();
  }

  private wake(): void {
    if (this.stopping.signal.aborted) return;
    // Not in the name of the request that happened to wake it: it works for many, and goes on when that is answered.
    this.running ??= outsideOfContext(() =>
      this.run().finally(() => {
        this.running = undefined;
        if (this.hasWork()) this.wake();
      }),
    );
  }

  private hasWork(): boolean {
    return !this.stopping.signal.aborted && (this.waiting.length > 0 || this.behind.size > 0);
  }

  /** Works until nothing is left to do. It never fails. */
  private async run(): Promise<void> {
    await this.rest(gatherMs);
    while (this.hasWork()) {
      await this.standBack();
      const startedAt = performance.now();
      const isLive = this.waiting.length > 0;
      await this.attempt(() => this.step());
      const tookMs = performance.now() - startedAt;
      // Half of the time at most, when nobody writes.
      await this.rest(isLive ? Math.max(gatherMs, tookMs) : tookMs);
    }
    await this.attempt(() => this.followed.save());
  }

  /** The log comes first; but in a flood that does not end, the index gets on all the same. */
  private async standBack(): Promise<void> {
    for (let waitedMs = 0; waitedMs < maxStandBackMs && this.writer.waiting > 0; waitedMs += gatherMs) {
      await this.rest(gatherMs);
    }
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // Nothing is lost: what is not noted as done is read from the log.
      if (this.stopping.signal.aborted) return;
      this.logger.warn({ err: error, behind: this.behind.size }, 'search entries could not be written');
      await this.rest(pauseInOutageMs);
    }
  }

  private async step(): Promise<void> {
    const batch = this.waiting.slice(0, maxBatch);
    this.waiting = this.waiting.slice(maxBatch);
    if (batch.length > 0) await this.indexBatch(batch);
    const [groupId] = this.behind;
    if (groupId !== undefined) await this.indexFromLog(groupId);
    if (performance.now() - this.savedAt > saveEveryMs) {
      this.savedAt = performance.now();
      await this.followed.save();
    }
  }

  private async indexBatch(batch: readonly Noted[]): Promise<void> {
    const groupIds = new Set(batch.map(({ groupId }) => groupId));
    try {
      await this.entries.write(batch.flatMap(({ message }) => (message === null ? [] : [message])));
      await this.followed.learn([...groupIds]);
    } catch (error) {
      for (const groupId of groupIds) this.behind.add(groupId);
      throw error;
    }
    for (const { groupId, rev } of batch) {
      if (!this.followed.advance(groupId, rev)) this.behind.add(groupId);
    }
  }

  /** One page of a log from where the group stands; the group waits for its next turn when there is more. */
  private async indexFromLog(groupId: GroupId): Promise<void> {
    this.behind.delete(groupId);
    try {
      const group = await this.followed.latest(groupId);
      if (group === undefined) return;
      if (group.isStale) {
        await this.entries.deleteOfGroup(groupId);
        group.isStale = false;
      }
      const changed = await this.log.changesSince(groupId, group.rev, maxBatch);
      await this.entries.write(changed.map(toIndexed));
      const last = changed.at(-1);
      if (last !== undefined) this.followed.reach(groupId, group, Math.max(group.rev, last.rev));
      if (changed.length === maxBatch) this.behind.add(groupId);
    } catch (error) {
      this.behind.add(groupId);
      throw error;
    }
  }

  private async rest(durationMs: number): Promise<void> {
    const { signal } = this.stopping;
    await sleep(durationMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

function notedOf({ name, payload }: DomainEvent): Noted | null {
  switch (name) {
    case 'message.created':
    case 'message.edited':
    case 'message.deleted':
    case 'message.restored':
    case 'message.files_changed':
      return notedText(payload.message, name === 'message.created');
    case 'message.reacted':
    case 'message.pinned':
      return { groupId: payload.message.groupId as GroupId, rev: payload.message.rev, message: null };
    default:
      return null;
  }
}

function notedText(view: MessageView, isNew: boolean): Noted {
  const { seq, rev, content, attachments } = view;
  const groupId = view.groupId as GroupId;
  const message = {
    groupId,
    seq,
    rev,
    messageId: view.id as MessageId,
    senderId: view.senderId as UserId,
    createdAt: new Date(view.createdAt),
    content,
    hasAttachment: attachments.length > 0,
    isNew,
  };
  return { groupId, rev, message };
}

function toIndexed(message: ListedMessage): IndexedMessage {
  const { groupId, seq, rev, senderId, createdAt } = message;
  const content = message.deletedAt === null ? message.content : null;
  const hasAttachment = content !== null && hasFiles(message);
  const isNew = message.revs.length === 1;
  return { groupId, seq, rev, messageId: message._id, senderId, createdAt, content, hasAttachment, isNew };
}
