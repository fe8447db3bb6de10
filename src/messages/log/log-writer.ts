import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

import { limits } from '../../../contract/limits.js';
import { Clock } from '../../common/clock.js';
import { newOperationId, type GroupId } from '../../common/ids.js';
import { Problem } from '../../common/problem.js';
import { inPresentContext, outsideOfContext } from '../../common/request-context.js';
import type { LogEnd } from '../../groups/group-log.js';
import type { MessageRecord } from '../message.schema.js';
import { groupOf, type LogOperation, type LogOutcome, type PlacedOperation } from './log-operation.js';
import { LogRepository, type BatchResult } from './log.repository.js';
import { place } from './placing.js';
import { WaitingLine } from './waiting-line.js';
import { WriterStatistics } from './writer-statistics.js';

/** An operation on its way, with whoever waits for it. */
interface Entry {
  readonly groupId: GroupId;
  readonly operation: LogOperation;
  /** Called once, at the moment the entry is known to be stored, in the order of the log. */
  readonly announce: (record: MessageRecord) => void;
  readonly deadline: number;
  /** Known again in the database, when the answer to a write was lost. */
  readonly id: string;
  /** Another node may write it as well: then that one announces it. */
  readonly isShared: boolean;
  /** It may have been written here, though the answer was lost. */
  isTried: boolean;
  settled: boolean;
  resolve: (outcome: LogOutcome) => void;
  reject: (error: unknown) => void;
}

interface Placed {
  entry: Entry;
  placed: PlacedOperation;
}

const maxBatch = 500;
const maxKnownEnds = 50_000;
const pauseInOutageMs = 100;

/**
 * Writes the logs of all groups: one batch in flight at a time, each one ordered bulk write. The next place is found by
 * trying: this node's latest knowledge plus one, which the unique indexes refuse when another node was there first. So
 * place n + 1 is only ever written by someone who saw n in the database, and readers see no gap.
 *
 * After a failure with a known place nothing behind it was written: the rest is placed anew. After a failure with an
 * unknown outcome (connection lost) the writer reads back what it tried before it writes, answers or places anything.
 */
@Injectable()
export class LogWriter implements BeforeApplicationShutdown {
  private readonly logger = new Logger(LogWriter.name);
  readonly statistics = new WriterStatistics();
  private readonly line = new WaitingLine<Entry>();
  private readonly ends = new LRUCache<GroupId, LogEnd>({ max: maxKnownEnds });
  /** What was tried with an unknown outcome: to be read back first. */
  private doubtful: Entry[] = [];
  /** What was taken from the line for the write that is being prepared, made or judged. */
  private inHand: readonly Entry[] = [];
  private running: Promise<void> | undefined;
  /** The latest step; it never fails. */
  private working: Promise<void> = Promise.resolve();
  private isClosing = false;
  private placeTakenListener: (groupId: GroupId) => void = () => undefined;
  /** Between two tries while the database does not answer, and between two looks at who has waited too long. */
  protected readonly pauseMs: number = pauseInOutageMs;

  constructor(
    private readonly log: LogRepository,
    private readonly clock: Clock,
  ) {}

  /** Called when another node was first at the end of a log. */
  onPlaceTaken(listener: (groupId: GroupId) => void): void {
    this.placeTakenListener = listener;
  }

  /** How many operations wait. */
  get waiting(): number {
    return this.line.length + this.doubtful.length;
  }

  /**
   * Appends to a log; resolves when the database's journal has it.
   *
   * @param announce called with the stored entry, in the order of the log and before the promise resolves
   * @param isShared another node may write the same message: who finds it there does not announce it
   * @throws Problem `unavailable` when too many wait, or when the database does not come back in time: the outcome is
   *   not known then, and the send may be repeated with the same `clientMessageId`
   */
  append(operation: LogOperation, announce: (record: MessageRecord) => void, isShared = false): Promise<LogOutcome> {
    return new Promise((resolve, reject) => {
      this.line.add({
        groupId: groupOf(operation),
        operation,
        // The writer works for many: what is told of an entry is told in the name of the request that brought it.
        announce: inPresentContext(announce),
        deadline: this.clock.now().getTime() + limits.log.maxWaitMs,
        id: newOperationId(),
        isShared,
        isTried: false,
        settled: false,
        resolve,
        reject,
      });
      this.running ??= outsideOfContext(() => this.run());
    });
  }

  /**
   * Resolves when all that the database has by now has been announced: who reads may see an entry a moment before the
   * writer hears that it is stored, and tells everyone.
   */
  async announced(): Promise<void> {
    await this.working;
  }

  /** Lets what was accepted be written before the database connection closes. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isClosing = true;
    await this.running;
  }

  private async run(): Promise<void> {
    // Deadlines are watched beside the work: a driver call in an outage may itself take seconds.
    const watch = setInterval(() => {
      this.giveUpOverdue();
    }, this.pauseMs);
    try {
      // Lets everything that this turn of the event loop brings into the first batch.
      await new Promise(setImmediate);
      while (this.waiting > 0) {
        this.working = this.step();
        await this.working;
      }
    } finally {
      clearInterval(watch);
      this.running = undefined;
    }
  }

  private async step(): Promise<void> {
    try {
      if (this.doubtful.length > 0) await this.readBack();
      await this.writeBatch(this.line.take(maxBatch));
    } catch (error) {
      this.logger.warn({ err: error, waiting: this.waiting }, 'the database did not answer the log writer');
      // Nobody waits for these any more, and a process that ends need not learn what became of them.
      if (this.isClosing) this.doubtful = this.doubtful.filter((entry) => !entry.settled);
      await new Promise((resolve) => setTimeout(resolve, this.pauseMs));
    }
  }

  /**
   * Writes as much of `taken` as one bulk write can take. What is not decided when this returns or throws is back at the
   * front of the line, or doubtful: so a group whose entries are refused one by one delays the others by one batch.
   */
  private async writeBatch(taken: readonly Entry[]): Promise<void> {
    if (taken.length === 0) return;
    this.inHand = taken;
    try {
      await this.learnEnds(taken);
      const batch = this.placeTogether(taken.filter(({ settled }) => !settled));
      const result = await this.tryWrite(batch);
      const written = result.status === 'complete' ? batch.length : result.index;
      for (const { entry, placed } of batch.slice(0, written)) this.finish(entry, placed.record);
      const stopped = batch[written]?.entry;
      if (stopped !== undefined && result.status !== 'complete') await this.afterStop(stopped, result);
    } finally {
      const doubtful = new Set(this.doubtful);
      this.line.putBack(taken.filter((entry) => !entry.settled && !doubtful.has(entry)));
      this.inHand = [];
    }
  }

  private async tryWrite(batch: readonly Placed[]): Promise<BatchResult> {
    if (batch.length === 0) return { status: 'complete' };
    const startedAt = performance.now();
    try {
      return await this.log.write(batch.map(({ placed }) => placed));
    } catch (error) {
      for (const { entry } of batch) {
        entry.isTried = true;
        this.doubtful.push(entry);
        this.ends.delete(entry.groupId);
      }
      this.statistics.failures += 1;
      throw error;
    } finally {
      this.statistics.noteBatch(batch.length, performance.now() - startedAt);
    }
  }

  /**
   * Gives places to as many entries as one bulk write can take: a change of an entry that the batch already touches,
   * and a repeat of a send that it already has, wait for the next.
   */
  private placeTogether(entries: readonly Entry[]): Placed[] {
    const batch: Placed[] = [];
    const touched = new Set<string>();
    const delayedGroups = new Set<GroupId>();
    const now = this.clock.now();
    const ends = new Map<GroupId, LogEnd>();
    for (const entry of entries) {
      const key = touchKey(entry.operation);
      // Once one entry of a group waits, those behind it wait too: the order of acceptance is kept.
      if (delayedGroups.has(entry.groupId) || (key !== null && touched.has(key))) {
        delayedGroups.add(entry.groupId);
        continue;
      }
      if (key !== null) touched.add(key);
      const end = ends.get(entry.groupId) ?? this.ends.get(entry.groupId) ?? { lastSeq: 0, rev: 0 };
      const placed = place(entry.operation, entry.id, end, now);
      ends.set(entry.groupId, { lastSeq: Math.max(end.lastSeq, placed.record.seq), rev: placed.record.rev });
      batch.push({ entry, placed });
    }
    return batch;
  }

  /** Deals with the entry at which a batch stopped; it is not settled when it is to be placed anew. */
  private async afterStop(stopped: Entry, result: Exclude<BatchResult, { status: 'complete' }>): Promise<void> {
    if (result.status === 'refused') this.fail(stopped, result.error);
    else if (result.reason === 'place_taken') {
      this.ends.delete(stopped.groupId);
      this.placeTakenListener(stopped.groupId);
    } else await this.settleFromStore(stopped, result.reason);
  }

  /** The database has something in the entry's place already: finds out what. */
  private async settleFromStore(entry: Entry, reason: 'repeated' | 'outdated' | 'own_id'): Promise<void> {
    const { operation } = entry;
    if (operation.kind === 'change') {
      const stored = await this.log.findById(operation.before._id);
      if (stored !== null && isOwnWrite(entry, stored)) this.finish(entry, stored);
      else this.settle(entry, { status: 'outdated' });
      return;
    }
    const stored =
      reason === 'repeated'
        ? await this.log.findRepeated(operation.draft)
        : await this.log.findById(operation.draft._id);
    if (stored === null) throw new Error('a message refused as a duplicate is not there');
    if (stored._id !== operation.draft._id) this.settle(entry, { status: 'repeated', record: stored });
    else if (entry.isShared && !entry.isTried) this.settle(entry, { status: 'written', record: stored });
    else this.finish(entry, stored);
  }

  /** After an unknown outcome: what is in the database was written, the rest goes back to the front of the line. */
  private async readBack(): Promise<void> {
    const ids = this.doubtful.map(({ operation }) =>
      operation.kind === 'create' ? operation.draft._id : operation.before._id,
    );
    const stored = new Map((await this.log.findByIds(ids)).map((record) => [record._id, record]));
    const entries = this.doubtful;
    this.doubtful = [];
    const unwritten: Entry[] = [];
    const written: { entry: Entry; record: MessageRecord }[] = [];
    for (const entry of entries) {
      const { operation } = entry;
      const record = stored.get(operation.kind === 'create' ? operation.draft._id : operation.before._id);
      if (record !== undefined && (operation.kind === 'create' || isOwnWrite(entry, record))) {
        written.push({ entry, record });
      } else if (!entry.settled) unwritten.push(entry);
    }
    // An entry that another node changed since has moved up in the log, perhaps past what was written behind it.
    written.sort((one, other) => one.record.rev - other.record.rev);
    for (const { entry, record } of written) this.finish(entry, record);
    this.line.putBack(unwritten);
  }

  private async learnEnds(entries: readonly Entry[]): Promise<void> {
    const unknown = new Set(entries.map(({ groupId }) => groupId).filter((groupId) => !this.ends.has(groupId)));
    await Promise.all(
      [...unknown].map(async (groupId) => {
        this.ends.set(groupId, await this.log.findEnd(groupId));
      }),
    );
  }

  /** The entry is stored: the log's end has moved, everyone is told, then whoever waits is answered. */
  private finish(entry: Entry, record: MessageRecord): void {
    const end = this.ends.get(record.groupId);
    if (end !== undefined) {
      const { seq, rev } = record;
      this.ends.set(record.groupId, { lastSeq: Math.max(end.lastSeq, seq), rev: Math.max(end.rev, rev) });
    }
    try {
      entry.announce(record);
    } catch (error) {
      // The write is done: who waits for it must be told so, and so must those behind it.
      this.logger.error({ err: error, groupId: entry.groupId }, 'a stored message could not be announced');
    }
    this.settle(entry, { status: 'written', record });
  }

  private settle(entry: Entry, outcome: LogOutcome): void {
    entry.settled = true;
    entry.resolve(outcome);
  }

  private fail(entry: Entry, error: unknown): void {
    entry.settled = true;
    entry.reject(error);
  }

  private giveUpOverdue(): void {
    const now = this.clock.now().getTime();
    const isOverdue = (entry: Entry) => !entry.settled && entry.deadline <= now;
    // What is in hand or doubtful is seen to its end, so that it is announced if it was written after all.
    const overdue = [...this.line.takeWhere(isOverdue), ...this.inHand, ...this.doubtful].filter(isOverdue);
    for (const entry of overdue) {
      this.fail(entry, new Problem('unavailable', 'The database does not answer; send it again.', { retryAfter: 1 }));
    }
  }
}

/** Two operations with the same key cannot be in one batch. */
function touchKey(operation: LogOperation): string | null {
  if (operation.kind === 'change') return operation.before._id;
  const { groupId, senderId, clientMessageId } = operation.draft;
  return clientMessageId === null ? null : `${groupId}:${senderId}:${clientMessageId}`;
}

function isOwnWrite(entry: Entry, stored: MessageRecord): boolean {
  return stored.changeIds.includes(entry.id);
}
