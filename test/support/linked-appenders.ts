import { OtherNodes } from '../../src/common/other-nodes.js';
import { LogAppender, type Announcement } from '../../src/messages/log/log-appender.js';
import type { CreateOperation, LogOutcome } from '../../src/messages/log/log-operation.js';
import { LogNode } from './log-node.js';
import type { LogDatabase } from './log-database.js';
import type { MessageRecord } from '../../src/messages/message.schema.js';

type Listener = (message: unknown, nodeId: string) => void;

const announcement: Announcement = {
  sender: { id: 'ada', username: 'ada', displayName: 'Ada', avatarUrl: null },
  mentioned: [],
};

/** What nodes say to each other, in their order and as JSON, unless the test loses it. */
export class NodeLine {
  readonly said: unknown[] = [];
  /** Whether something that is said gets lost. */
  loses: (message: unknown) => boolean = () => false;
  private readonly listeners = new Map<string, Listener>();

  join(nodeId: string, listener: Listener): void {
    this.listeners.set(nodeId, listener);
  }

  say(from: string, message: unknown): void {
    const text = JSON.stringify(message);
    this.said.push(message);
    if (this.loses(message)) return;
    setImmediate(() => {
      for (const [nodeId, listener] of this.listeners) if (nodeId !== from) listener(JSON.parse(text), from);
    });
  }
}

class LineNodes extends OtherNodes {
  readonly isAlone = false;
  readonly isLinked = true;
  readonly isCurrent = true;
  lose: (isForgotten: boolean) => void = () => undefined;
  depart: (nodeId: string) => void = () => undefined;

  constructor(
    readonly nodeId: string,
    private readonly line: NodeLine,
  ) {
    super();
  }

  tell(_topic: string, message: unknown): void {
    this.line.say(this.nodeId, message);
  }

  listen(_topic: string, listener: Listener): void {
    this.line.join(this.nodeId, listener);
  }

  cut(work: () => void): Promise<void> {
    work();
    return Promise.resolve();
  }

  takeTurn(): Promise<boolean> {
    return Promise.resolve(true);
  }

  listenForDoubt(): void {
    // Nothing is remembered here.
  }

  listenForLoss(listener: (isForgotten: boolean) => void): void {
    this.lose = listener;
  }

  listenForArrival(): void {
    // All are there from the start.
  }

  listenForDeparture(listener: (nodeId: string) => void): void {
    this.depart = listener;
  }
}

/** A node as far as sending goes: an appender over a writer of its own, on a line to the others. */
export class AppendingNode {
  readonly nodes: LineNodes;
  readonly log: LogNode;
  readonly appender: LogAppender;
  /** What this node has announced, in order. */
  readonly announced: MessageRecord[] = [];

  constructor(nodeId: string, line: NodeLine, database: LogDatabase) {
    this.nodes = new LineNodes(nodeId, line);
    this.log = new LogNode(database);
    this.appender = new LogAppender(this.log.writer, this.nodes);
    this.appender.announceWith((record) => this.announced.push(record));
    this.appender.onModuleInit();
  }

  append(operation: CreateOperation): Promise<LogOutcome> {
    return this.appender.append(operation, announcement);
  }
}
