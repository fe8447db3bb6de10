import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

import { limits } from '../../../contract/limits.js';
import { Clock } from '../../common/clock.js';
import type { GroupId } from '../../common/ids.js';
import { Problem } from '../../common/problem.js';
import type { LogEnd } from '../../groups/group-log.js';
import type { MessageRecord } from '../message.schema.js';
import { groupOf, type LogOperation, type LogOutcome, type PlacedOperation } from './log-operation.js';
import { LogRepository, type BatchResult } from './log.repository.js';
import { place } from './placing.js';
import { WaitingLine } from './waiting-line.js';

/** An operation on its way, with whoever waits for it. */
interface Entry {
  readonly groupId: GroupId;
  readonly operation: LogOperation;
  /** Called once, at the moment the entry is known to be stored, in the order of the log. */
  readonly announce: (record: MessageRecord) => void;
  readonly deadline: number;
  /** The places at which a write was tried whose outcome was not known then. */
  readonly triedRevs: number[];
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
  private readonly line = new WaitingLine<Entry>();
  private readonly ends = new LRUCache<GroupId, LogEnd>({ max: maxKnownEnds });
  /** What was tried with an unknown outcome: to be read back first. */
  private doubtful: Entry[] = [];
  private inFlight: readonly Entry[] = [];
  private running: Promise<void> | undefined;
  private isClosing = false;

  constructor(
    private readonly log: LogRepository,
    private readonly clock: Clock,
  ) {}

  /** How many operations wait. */
  get waiting(): number {
    return this.line.length + this.doubtful.length;
  }

  /**
   * Appends to a log; resolves when the database's journal has it.
   *
   * @param announce called with the stored entry, in the order of the log and before the promise resolves
   * @throws Problem `unavailable` when too many wait, or when the database does not come back in time: the outcome is
   *   not known then, and the send may be repeated with the same `clientMessageId`
   */
  append(operation: LogOperation, announce: (record: MessageRecord) => void): Promise<LogOutcome> {
    return new Promise((resolve, reject) => {
      this.line.add({
        groupId: groupOf(operation),
        operation,
        announce,
        deadline: this.clock.now().getTime() + limits.log.maxWaitMs,
        triedRevs: [],
        settled: false,
        resolve,
        reject,
      });
      this.running ??= this.run();
    });
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
    }, pauseInOutageMs);
    try {
      // Lets everything that this turn of the event loop brings into the first batch.
      await new Promise(setImmediate);
      while (this.waiting > 0) await this.step();
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
      await new Promise((resolve) => setTimeout(resolve, pauseInOutageMs));
    }
  }

  /** Writes `entries`; what could not be decided is back in the line, or doubtful, when this returns or throws. */
  private async writeBatch(entries: readonly Entry[]): Promise<void> {
    let rest = entries;
    for (;;) {
      rest = rest.filter((entry) => !entry.settled);
      if (rest.length === 0) return;
      const { batch, later } = await this.prepare(rest);
      const result = await this.tryWrite(batch, later);
      const written = result.status === 'complete' ? batch.length : result.index;
      for (const { entry, placed } of batch.slice(0, written)) this.finish(entry, placed.record);
      const unwritten = batch.slice(written).map(({ entry }) => entry);
      rest = [...(await this.afterStop(unwritten, result)), ...later];
    }
  }

  private async tryWrite(batch: readonly Placed[], later: readonly Entry[]): Promise<BatchResult> {
    const entries = batch.map(({ entry }) => entry);
    this.inFlight = entries;
    try {
      return await this.log.write(batch.map(({ placed }) => placed));
    } catch (error) {
      for (const { entry, placed } of batch) entry.triedRevs.push(placed.record.rev);
      this.doubtful.push(...entries);
      this.line.putBack(later);
      for (const { groupId } of entries) this.ends.delete(groupId);
      throw error;
    } finally {
      this.inFlight = [];
    }
  }

  /**
   * Gives places to as many entries as one bulk write can take: a change of an entry that the batch already touches,
   * and a repeat of a send that it already has, wait for the next.
   */
  private async prepare(entries: readonly Entry[]): Promise<{ batch: Placed[]; later: Entry[] }> {
    try {
      await this.learnEnds(entries);
    } catch (error) {
      this.line.putBack(entries);
      throw error;
    }
    const batch: Placed[] = [];
    const later: Entry[] = [];
    const touched = new Set<string>();
    const delayedGroups = new Set<GroupId>();
    const now = this.clock.now();
    const ends = new Map<GroupId, LogEnd>();
    for (const entry of entries) {
      const key = touchKey(entry.operation);
      // Once one entry of a group waits, those behind it wait too: the order of acceptance is kept.
      if (delayedGroups.has(entry.groupId) || (key !== null && touched.has(key))) {
        delayedGroups.add(entry.groupId);
        later.push(entry);
        continue;
      }
      if (key !== null) touched.add(key);
      const end = ends.get(entry.groupId) ?? this.ends.get(entry.groupId) ?? { lastSeq: 0, rev: 0 };
      const placed = place(entry.operation, end, now);
      ends.set(entry.groupId, { lastSeq: Math.max(end.lastSeq, placed.record.seq), rev: placed.record.rev });
      batch.push({ entry, placed });
    }
    return { batch, later };
  }

  /** Deals with the entry at which a batch stopped. @returns what is to be written still */
  private async afterStop(unwritten: readonly Entry[], result: BatchResult): Promise<Entry[]> {
    const [stopped, ...behind] = unwritten;
    if (stopped === undefined || result.status === 'complete') return [];
    if (result.status === 'refused') {
      this.fail(stopped, result.error);
      return behind;
    }
    if (result.reason === 'place_taken') {
      this.ends.delete(stopped.groupId);
      return [...unwritten];
    }
    try {
      await this.settleFromStore(stopped, result.reason);
    } catch (error) {
      this.line.putBack(unwritten);
      throw error;
    }
    return behind;
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
    if (stored._id === operation.draft._id) this.finish(entry, stored);
    else this.settle(entry, { status: 'repeated', record: stored });
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
    for (const entry of entries) {
      const { operation } = entry;
      const record = stored.get(operation.kind === 'create' ? operation.draft._id : operation.before._id);
      if (record !== undefined && (operation.kind === 'create' || isOwnWrite(entry, record)))
        this.finish(entry, record);
      else if (!entry.settled) unwritten.push(entry);
    }
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
    entry.announce(record);
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
    // What is in flight or doubtful stays to be read back, so that it is announced if it was written after all.
    const overdue = [...this.line.takeWhere(isOverdue), ...this.inFlight, ...this.doubtful].filter(isOverdue);
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
  return entry.triedRevs.some((rev) => stored.revs.includes(rev));
}
