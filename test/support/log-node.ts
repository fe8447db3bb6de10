import { newGroupId, newUserId } from '../../src/common/ids.js';
import { LogWriter } from '../../src/messages/log/log-writer.js';
import type { LogOperation, LogOutcome } from '../../src/messages/log/log-operation.js';
import type { MessageRecord } from '../../src/messages/message.schema.js';
import { FaultyLogRepository } from './faulty-log-repository.js';
import type { LogDatabase } from './log-database.js';
import { aSend } from './log-operations.js';
import { SettableClock } from './settable-clock.js';

/** The writer as it is, but quick to try again: a test does not wait for what it causes itself. */
class ImpatientLogWriter extends LogWriter {
  protected override readonly pauseMs = 2;
}

/** One operation that was given to a node, and all that was heard of it. */
export interface Attempt {
  readonly node: LogNode;
  readonly operation: LogOperation;
  readonly announced: MessageRecord[];
  outcome: LogOutcome | undefined;
  failure: unknown;
}

/** One API node as far as the log is concerned: a writer with its repository and its clock. */
export class LogNode {
  readonly clock = new SettableClock();
  readonly repository: FaultyLogRepository;
  readonly writer: LogWriter;
  /** What was announced, in order. */
  readonly announced: MessageRecord[] = [];

  constructor(database: LogDatabase) {
    this.repository = new FaultyLogRepository(database.messages);
    this.writer = new ImpatientLogWriter(this.repository, this.clock);
  }

  /** Starts an operation; the promise settles, and never rejects, when the writer has answered. */
  append(operation: LogOperation): { attempt: Attempt; answered: Promise<Attempt> } {
    const attempt: Attempt = { node: this, operation, announced: [], outcome: undefined, failure: undefined };
    const answered = this.writer
      .append(operation, (record) => {
        attempt.announced.push(record);
        this.announced.push(record);
      })
      .then(
        (outcome) => {
          attempt.outcome = outcome;
          return attempt;
        },
        (error: unknown) => {
          attempt.failure = error;
          return attempt;
        },
      );
    return { attempt, answered };
  }

  /**
   * No more faults; waits until nothing is left to read back. What was given up in the middle of a write is still looked
   * up, and always before anything else is written: so one more send, to a group of its own, comes last.
   */
  async recover(): Promise<void> {
    this.repository.writeFaults = [];
    this.repository.endFaults = [];
    this.repository.lookupFaults = [];
    await this.writer.append(aSend(newGroupId(), newUserId()), () => undefined);
    await this.writer.beforeApplicationShutdown();
  }
}
