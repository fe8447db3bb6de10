import type { SendMessageRequest } from '../../contract/requests.js';
import type { MessageView } from '../../contract/views.js';
import { Backoff } from './backoff.js';
import { isWorthRepeating, ProblemError, toProblemError } from './problem-error.js';
import { sleep } from './timers.js';

/** A message on its way, with the id under which the server knows it again. */
export type OutgoingMessage = SendMessageRequest & { groupId: string; clientMessageId: string };

export interface OutboxOptions {
  /** Messages that may wait, over all groups. */
  maxQueued: number;
  /** Aborted when the client is closed. */
  signal: AbortSignal;
  /** Hands a message to the server and waits for its answer. @throws ProblemError */
  transmit: (message: OutgoingMessage) => Promise<MessageView>;
}

interface Entry {
  message: OutgoingMessage;
  resolve: (message: MessageView) => void;
  reject: (problem: ProblemError) => void;
}

/** The messages of one group, in the order in which they were sent. */
interface Lane {
  entries: Entry[];
  isRunning: boolean;
  backoff: Backoff;
}

/**
 * Sends messages until each is acknowledged, or refused for good. One message of a group is on its way at a time, so
 * that none overtakes another; groups do not wait for each other. A message that is repeated keeps its
 * `clientMessageId`, so the server stores it once.
 */
export class Outbox {
  private readonly lanes = new Map<string, Lane>();
  private isOpen = false;
  private queued = 0;
  private endedWith: ProblemError | null = null;
  /** The server's rate limit is of the user, so all groups wait for it. */
  private limited: Promise<void> = Promise.resolve();

  constructor(private readonly options: OutboxOptions) {}

  /** The messages of a group that are not acknowledged yet, in order. */
  pendingOf(groupId: string): readonly OutgoingMessage[] {
    return this.lanes.get(groupId)?.entries.map(({ message }) => message) ?? [];
  }

  /**
   * Queues a message.
   *
   * @throws ProblemError what refused it for good, `queue_full`, or `closed`
   */
  send(message: OutgoingMessage): Promise<MessageView> {
    if (this.endedWith !== null) return Promise.reject(this.endedWith);
    if (this.queued >= this.options.maxQueued) return Promise.reject(ProblemError.local('queue_full'));
    const lane = this.lanes.get(message.groupId) ?? newLane();
    this.lanes.set(message.groupId, lane);
    this.queued += 1;
    return new Promise((resolve, reject) => {
      lane.entries.push({ message, resolve, reject });
      void this.run(message.groupId, lane);
    });
  }

  /** There is a connection: everything that waits goes out. */
  resume(): void {
    this.isOpen = true;
    for (const [groupId, lane] of this.lanes) void this.run(groupId, lane);
  }

  /** There is none. */
  pause(): void {
    this.isOpen = false;
  }

  /** Nothing will be sent any more: what waits is refused. */
  end(problem: ProblemError): void {
    this.endedWith = problem;
    this.isOpen = false;
    for (const { entries } of this.lanes.values()) for (const { reject } of entries.splice(0)) reject(problem);
    this.lanes.clear();
    this.queued = 0;
  }

  private async run(groupId: string, lane: Lane): Promise<void> {
    if (lane.isRunning) return;
    lane.isRunning = true;
    for (let [entry] = lane.entries; entry !== undefined && this.canSend(); [entry] = lane.entries) {
      await this.limited;
      if (this.canSend()) await this.attempt(lane, entry);
    }
    lane.isRunning = false;
    if (lane.entries.length === 0 && this.lanes.get(groupId) === lane) this.lanes.delete(groupId);
  }

  /** A method, since the compiler takes a property for what it was before an `await`. */
  private canSend(): boolean {
    return this.isOpen;
  }

  private async attempt(lane: Lane, entry: Entry): Promise<void> {
    try {
      const stored = await this.options.transmit(entry.message);
      this.finish(lane, () => {
        entry.resolve(stored);
      });
    } catch (error) {
      const problem = toProblemError(error);
      if (isWorthRepeating(problem)) await this.waitAfter(lane, problem);
      else {
        this.finish(lane, () => {
          entry.reject(problem);
        });
      }
    }
  }

  private finish(lane: Lane, settle: () => void): void {
    lane.backoff.reset();
    // After `end` there is nothing to take out any more, and who waited was told.
    lane.entries.shift();
    this.queued -= 1;
    settle();
  }

  private async waitAfter(lane: Lane, { code, retryAfter }: ProblemError): Promise<void> {
    if (code === 'disconnected') return;
    const waited = sleep(Math.max((retryAfter ?? 0) * 1000, lane.backoff.next()), this.options.signal);
    if (code === 'rate_limited') this.limited = waited;
    await waited;
  }
}

function newLane(): Lane {
  return { entries: [], isRunning: false, backoff: new Backoff({ minDelayMs: 500, maxDelayMs: 30_000, jitter: 0.5 }) };
}
