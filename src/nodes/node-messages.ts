import { randomUUID } from 'node:crypto';

import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';

import type { NodeTopic } from '../common/other-nodes.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { RedisChannel } from './redis-channel.js';

/** One thing that is told. */
export interface Told {
  topic: NodeTopic;
  message: unknown;
}

/** What one node says to all others. */
export type NodeMessage =
  | { kind: 'told'; told: Told }
  /** A removal: whoever has done what is told says `heard`. */
  | { kind: 'cut'; id: string; told: Told[] }
  | { kind: 'heard'; id: string }
  /** Says only that it is there, and how much it has sent: so that a loss shows although nothing follows. */
  | { kind: 'beat' }
  | { kind: 'bye' };

/**
 * What is sent together: who sends it and its number, then the messages as a JSON array. Each node hears itself, too, and
 * then reads no further than the name.
 */
const frameOf = (from: string, number: number, contents: readonly string[]): string =>
  `${from} ${number} [${contents.join(',')}]`;

type Listener = (content: NodeMessage, from: string) => void;

/** So much waits at most for the end of the turn of the event loop in which it was said. */
const maxWaitingCharacters = 262_144;
/** Each node says something every second: whoever has not been heard for so long is not heard at all. */
const silentAfterMs = 3_500;

/** The messages between nodes, over Redis: in the order of their sender, at most once, and a loss is noticed. */
@Injectable()
export class NodeMessages implements OnApplicationShutdown {
  /** Of this process, anew with each start. */
  readonly nodeId: string = randomUUID();
  private readonly logger = new Logger(NodeMessages.name);
  private readonly channel: RedisChannel;
  /** Of each node, what it said last, and when. */
  private readonly heardFrom = new Map<string, { number: number; atMs: number }>();
  /** Since when this node has not heard what it says itself. */
  private unheardSinceMs: number | null = null;
  private listener: Listener = () => undefined;
  private lossListener: () => void = () => undefined;
  private sent = 0;
  /** Said in this turn of the event loop, encoded: a batch of the log's writer is told in one piece. */
  private waiting: string[] = [];
  private waitingCharacters = 0;

  constructor(@Inject(SETTINGS) settings: Settings) {
    const { REDIS_URL: url = '', DATABASE_NAME: databaseName } = settings;
    this.channel = new RedisChannel(url, `confab:${databaseName}:nodes`, {
      onMessage: (text) => {
        this.receive(text);
      },
      onSubscribed: () => {
        // Whoever speaks next is believed as to how much he has said: what was lost meanwhile is reported once.
        this.heardFrom.clear();
        this.unheardSinceMs = null;
        this.lossListener();
      },
    });
  }

  /** Whether what is sent now reaches the others. A connection may be gone long before anything says so. */
  get isUp(): boolean {
    const isUnheard = this.unheardSinceMs !== null && performance.now() - this.unheardSinceMs > silentAfterMs;
    return this.channel.isUp && !isUnheard;
  }

  /** Whether some nodes can be heard: one that has lost Redis does not say what it changes. */
  hears(nodeIds: Iterable<string>): boolean {
    const sinceMs = performance.now() - silentAfterMs;
    return Array.from(nodeIds).every((nodeId) => (this.heardFrom.get(nodeId)?.atMs ?? 0) > sinceMs);
  }

  /** Called once each, before {@link open}. */
  listen(listener: Listener, lossListener: () => void): void {
    this.listener = listener;
    this.lossListener = lossListener;
  }

  open(): Promise<void> {
    return this.channel.open();
  }

  send(content: NodeMessage): void {
    // Behind what is going on, and before anything is read: an answer to whoever changed something comes no sooner.
    if (this.waiting.length === 0) process.nextTick(() => this.flush());
    const text = JSON.stringify(content);
    this.waiting.push(text);
    this.waitingCharacters += text.length;
    if (this.waitingCharacters > maxWaitingCharacters) this.flush();
  }

  onApplicationShutdown(): void {
    this.flush();
    this.channel.close();
  }

  /** A node is gone, and its numbers with it. */
  forget(nodeId: string): void {
    this.heardFrom.delete(nodeId);
  }

  private flush(): void {
    const { waiting } = this;
    if (waiting.length === 0) return;
    this.waiting = [];
    this.waitingCharacters = 0;
    this.sent += 1;
    if (this.channel.isUp) this.unheardSinceMs ??= performance.now();
    this.channel.publish(frameOf(this.nodeId, this.sent, waiting));
  }

  private receive(frame: string): void {
    if (frame.startsWith(this.nodeId)) {
      this.unheardSinceMs = null;
      return;
    }
    const [fromEnd, numberEnd] = [frame.indexOf(' '), frame.indexOf(' ', frame.indexOf(' ') + 1)];
    const from = frame.slice(0, fromEnd);
    const number = Number(frame.slice(fromEnd + 1, numberEnd));
    const last = this.heardFrom.get(from)?.number;
    this.heardFrom.set(from, { number, atMs: performance.now() });
    if (last !== undefined && number !== last + 1) {
      this.logger.warn({ from, missed: number - last - 1 }, 'messages of another node were lost');
      this.lossListener();
    }
    for (const content of JSON.parse(frame.slice(numberEnd)) as NodeMessage[]) this.listener(content, from);
  }
}
