import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';

import type { SenderView } from '../../../contract/views.js';
import type { GroupId, MessageId, UserId } from '../../common/ids.js';
import { OtherNodes } from '../../common/other-nodes.js';
import { currentContext, runInContext } from '../../common/request-context.js';
import type { MessageRecord } from '../message.schema.js';
import type { CreateOperation, LogOutcome, MessageDraft } from './log-operation.js';
import { LogWriter } from './log-writer.js';
import { created } from './placing.js';
import { WritingNodes } from './writing-nodes.js';

/** Not a word for so long, and this node writes by itself. */
const answeredWithinMs = 2_000;
const lookEveryMs = 250;

/** What everyone is told of a new message besides itself. */
export interface Announcement {
  readonly sender: SenderView;
  readonly mentioned: readonly UserId[];
}

/** A new message on its way, with whoever waits for it. */
interface Sent {
  readonly operation: CreateOperation;
  readonly announcement: Announcement;
  /** Of the request that brought it. */
  readonly correlationId: string | undefined;
  resolve: (outcome: LogOutcome) => void;
  reject: (error: unknown) => void;
}

/** What is on its way into one log: all of it by the same node, so that nothing overtakes anything. */
interface Lane {
  /** The node that writes; `null`: this one. */
  writerId: string | null;
  /** Not yet answered. */
  underWay: number;
  /** Waits until that is done, since another node is to write it. */
  readonly waiting: Sent[];
}

interface Left {
  readonly lane: Lane;
  readonly sent: Sent;
  readonly sinceMs: number;
}

/** What is left to one node is numbered, from 1 again after something got lost: so it is written in order or not at all. */
interface Series {
  number: number;
  last: number;
}

/** What nodes tell each other of logs. */
type LogNews =
  | { kind: 'writes'; groupId: GroupId }
  | ({ kind: 'append'; to: string; series: number; number: number; draft: MessageDraft } & Pick<
      Sent,
      'announcement' | 'correlationId'
    >)
  | { kind: 'written'; to: string; id: MessageId; seq: number; rev: number; atMs: number }
  /** A repeat, or the writer takes nothing at present: to be tried by the one from whom it came. */
  | { kind: 'returned'; to: string; id: MessageId }
  /** Something before it was lost: nothing of the series is written any more. */
  | { kind: 'broken'; to: string; series: number };

/**
 * Appends new messages to logs. Where several nodes write into one log at the same time, one of them writes for all, as
 * {@link WritingNodes} chooses, and announces what it has written, so that all of it is told in the order of the log. If
 * that node does not answer, this one writes by itself: should both do so, the message's id lets it be stored once, and
 * the one that stored it announces it. What is lost of that is noticed as any other message between nodes is.
 */
@Injectable()
export class LogAppender implements OnModuleInit, BeforeApplicationShutdown {
  private readonly writingNodes: WritingNodes;
  private readonly lanes = new Map<GroupId, Lane>();
  /** Left to other nodes, oldest first. */
  private readonly left = new Map<MessageId, Left>();
  private readonly seriesTo = new Map<string, Series>();
  private readonly seriesFrom = new Map<string, Series>();
  private watch: NodeJS.Timeout | undefined;
  private isClosing = false;
  private announcer: (record: MessageRecord, announcement: Announcement) => void = () => undefined;

  constructor(
    private readonly writer: LogWriter,
    private readonly nodes: OtherNodes,
  ) {
    this.writingNodes = new WritingNodes(nodes.nodeId, (groupId) => {
      this.tell({ kind: 'writes', groupId });
    });
  }

  onModuleInit(): void {
    if (this.nodes.isAlone) return;
    this.writer.onPlaceTaken((groupId) => {
      this.writingNodes.noteTaken(groupId);
    });
    this.nodes.listen('log', (message, from) => {
      this.hear(message as LogNews, from);
    });
    this.nodes.listenForLoss(() => {
      for (const nodeId of new Set([...this.left.values()].map(({ lane }) => lane.writerId))) this.giveUp(nodeId);
    });
    this.nodes.listenForDeparture((nodeId) => {
      this.giveUp(nodeId);
      this.writingNodes.forget(nodeId);
      this.seriesTo.delete(nodeId);
      this.seriesFrom.delete(nodeId);
    });
  }

  /** @param announcer called with each message that this node has stored, whoever sent it, in the order of its log */
  announceWith(announcer: (record: MessageRecord, announcement: Announcement) => void): void {
    this.announcer = announcer;
  }

  /** What was left to others is written here: by the time it was, nobody would hear of it. */
  beforeApplicationShutdown(): void {
    this.isClosing = true;
    for (const nodeId of this.seriesTo.keys()) this.giveUp(nodeId);
  }

  /**
   * Appends a new message; resolves when the database's journal has it, and it was announced on the node that wrote it.
   *
   * @throws Problem as {@link LogWriter.append}
   */
  append(operation: CreateOperation, announcement: Announcement): Promise<LogOutcome> {
    if (this.nodes.isAlone) return this.appendHere(operation, announcement);
    const { groupId, attachments } = operation.draft;
    this.writingNodes.noteOwn(groupId);
    // One that carries files stays here: what becomes of them depends on what becomes of it.
    const writerId = attachments === undefined ? this.choose(groupId) : null;
    return new Promise((resolve, reject) => {
      const { correlationId } = currentContext() ?? {};
      const sent = { operation, announcement, correlationId, resolve, reject };
      const lane = this.lanes.get(groupId) ?? { writerId, underWay: 0, waiting: [] };
      this.lanes.set(groupId, lane);
      if (lane.writerId === writerId && lane.waiting.length === 0) this.send(lane, sent);
      else lane.waiting.push(sent);
    });
  }

  private choose(groupId: GroupId): string | null {
    return this.isClosing || !this.nodes.isLinked ? null : this.writingNodes.choose(groupId);
  }

  private send(lane: Lane, sent: Sent): void {
    lane.underWay += 1;
    if (lane.writerId === null) this.write(lane, sent);
    else this.leave(lane, lane.writerId, sent);
  }

  private write(lane: Lane, sent: Sent, isShared = false): void {
    const { operation, announcement, correlationId, resolve, reject } = sent;
    inContextOf(correlationId, () => this.appendHere(operation, announcement, isShared))
      .then(resolve, reject)
      .finally(() => {
        this.end(lane, operation.draft.groupId);
      });
  }

  private appendHere(operation: CreateOperation, announcement: Announcement, isShared = false): Promise<LogOutcome> {
    const announce = (record: MessageRecord) => {
      this.announcer(record, announcement);
    };
    return this.writer.append(operation, announce, isShared);
  }

  private leave(lane: Lane, to: string, sent: Sent): void {
    const { operation, announcement, correlationId } = sent;
    const { draft } = operation;
    const series = this.seriesTo.get(to) ?? { number: 1, last: 0 };
    this.seriesTo.set(to, series);
    series.last += 1;
    this.left.set(draft._id, { lane, sent, sinceMs: performance.now() });
    this.tell({ kind: 'append', to, series: series.number, number: series.last, draft, announcement, correlationId });
    this.watch ??= setInterval(() => {
      this.look();
    }, lookEveryMs).unref();
  }

  private end(lane: Lane, groupId: GroupId): void {
    lane.underWay -= 1;
    if (lane.underWay > 0) return;
    if (lane.waiting.length === 0) {
      this.lanes.delete(groupId);
      return;
    }
    const carriesFiles = lane.waiting.some(({ operation }) => operation.draft.attachments !== undefined);
    lane.writerId = carriesFiles ? null : this.choose(groupId);
    for (const sent of lane.waiting.splice(0)) this.send(lane, sent);
  }

  private look(): void {
    const [oldest] = this.left.values();
    if (oldest === undefined) {
      clearInterval(this.watch);
      this.watch = undefined;
    } else if (performance.now() - oldest.sinceMs > answeredWithinMs) this.giveUp(oldest.lane.writerId);
  }

  /** Writes by itself, in its order, what was left to a node and not answered. */
  private giveUp(nodeId: string | null): void {
    if (nodeId === null) return;
    const series = this.seriesTo.get(nodeId);
    if (series !== undefined) this.seriesTo.set(nodeId, { number: series.number + 1, last: 0 });
    this.writingNodes.avoid(nodeId);
    const given = [...this.left].filter(([, { lane }]) => lane.writerId === nodeId);
    for (const { lane } of given.map(([, left]) => left)) lane.writerId = null;
    for (const [id, { lane, sent }] of given) {
      this.left.delete(id);
      this.write(lane, sent, true);
    }
  }

  private hear(news: LogNews, from: string): void {
    if (news.kind === 'writes') this.writingNodes.hear(news.groupId, from);
    else if (news.to !== this.nodes.nodeId) return;
    else if (news.kind === 'append') this.writeFor(from, news);
    else if (news.kind === 'broken') {
      if (this.seriesTo.get(from)?.number === news.series) this.giveUp(from);
    } else this.answer(news);
  }

  private writeFor(from: string, news: Extract<LogNews, { kind: 'append' }>): void {
    const { series, number, draft, announcement, correlationId } = news;
    const known = this.seriesFrom.get(from);
    const isNext = known?.number === series ? number === known.last + 1 : number === 1;
    if (!isNext) {
      this.tell({ kind: 'broken', to: from, series });
      return;
    }
    this.seriesFrom.set(from, { number: series, last: number });
    this.writingNodes.hear(draft.groupId, from);
    const { _id: id } = draft;
    inContextOf(correlationId, () => this.appendHere({ kind: 'create', draft }, announcement, true)).then(
      (outcome) => {
        if (outcome.status === 'written') {
          const { seq, rev, createdAt } = outcome.record;
          this.tell({ kind: 'written', to: from, id, seq, rev, atMs: createdAt.getTime() });
        } else this.tell({ kind: 'returned', to: from, id });
      },
      () => {
        this.tell({ kind: 'returned', to: from, id });
      },
    );
  }

  private answer(news: Extract<LogNews, { kind: 'written' | 'returned' }>): void {
    const left = this.left.get(news.id);
    // Its writer was given up.
    if (left === undefined) return;
    this.left.delete(news.id);
    const { lane, sent } = left;
    const { draft } = sent.operation;
    if (news.kind === 'returned') {
      this.write(lane, sent, true);
      return;
    }
    const record = created(draft, { lastSeq: news.seq - 1, rev: news.rev - 1 }, new Date(news.atMs));
    sent.resolve({ status: 'written', record });
    this.end(lane, draft.groupId);
  }

  private tell(news: LogNews): void {
    this.nodes.tell('log', news);
  }
}

function inContextOf<Result>(correlationId: string | undefined, work: () => Result): Result {
  return correlationId === undefined ? work() : runInContext({ correlationId }, work);
}
