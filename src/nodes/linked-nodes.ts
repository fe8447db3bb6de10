import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';

import { OtherNodes, type NodeTopic } from '../common/other-nodes.js';
import { Cuts } from './cuts.js';
import { JobTurnsRepository } from './job-turns.repository.js';
import { NodeMessages, type NodeMessage, type Told } from './node-messages.js';
import { NodeRegistry } from './node-registry.js';

type Listener = (message: unknown, nodeId: string) => void;

/** The other nodes over Redis, for what may get lost, and over the database, for what must not. */
@Injectable()
export class LinkedNodes extends OtherNodes implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly isAlone = false;
  private readonly logger = new Logger(LinkedNodes.name);
  private readonly listeners = new Map<NodeTopic, Listener[]>();
  private readonly doubtListeners: (() => void)[] = [];
  private readonly lossListeners: ((isForgotten: boolean) => void)[] = [];
  private readonly arrivalListeners: (() => void)[] = [];
  private readonly departureListeners: ((nodeId: string) => void)[] = [];
  /** Whom this node has heard of. */
  private readonly known = new Set<string>();
  /** What is told of a removal, while that is made. */
  private collecting: Told[] | null = null;

  constructor(
    private readonly messages: NodeMessages,
    private readonly registry: NodeRegistry,
    private readonly cuts: Cuts,
    private readonly turns: JobTurnsRepository,
  ) {
    super();
  }

  get nodeId(): string {
    return this.messages.nodeId;
  }

  get isCurrent(): boolean {
    return this.registry.isLeaseValid;
  }

  get isLinked(): boolean {
    return this.messages.isUp;
  }

  /** Before the node serves anyone. */
  async onApplicationBootstrap(): Promise<void> {
    this.messages.listen(
      (message, from) => {
        this.receive(message, from);
      },
      () => {
        this.reportLoss('messages of other nodes may have been lost');
      },
    );
    await this.messages.open();
    await this.registry.join(this.messages.nodeId, {
      onRenewal: async () => {
        // Without Redis, here or there, nothing tells what else has changed: it is remembered for as long as a lease
        // takes to renew.
        if (!this.messages.isUp || !this.messages.hears(this.registry.others)) this.doubt();
        await this.cuts.lookUp((told) => {
          for (const one of told) this.hear(one, 'database');
          this.doubt();
        });
        this.messages.send({ kind: 'beat' });
      },
      onReturn: (lapsedMs, isForgotten) => {
        this.reportLoss(`this node had no lease for ${lapsedMs.toFixed(0)} ms`, isForgotten);
      },
      onDeparture: (nodeId) => {
        this.depart(nodeId);
        this.reportLoss('a node is gone without a word');
      },
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    try {
      await this.registry.leave(this.messages.nodeId);
    } catch (error) {
      this.logger.debug({ err: error }, 'the node was not signed off; its lease runs out by itself');
    }
    this.messages.send({ kind: 'bye' });
  }

  tell(topic: NodeTopic, message: unknown): void {
    const told = { topic, message };
    if (this.collecting === null) this.messages.send({ kind: 'told', told });
    else this.collecting.push(told);
  }

  async cut(work: () => void): Promise<void> {
    const told = this.collect(work);
    if (told.length > 0) await this.cuts.make(told);
  }

  takeTurn(job: string, forMs: number): Promise<boolean> {
    return this.turns.take(job, this.nodeId, forMs);
  }

  listen(topic: NodeTopic, listener: Listener): void {
    this.listeners.set(topic, [...(this.listeners.get(topic) ?? []), listener]);
  }

  listenForDoubt(listener: () => void): void {
    this.doubtListeners.push(listener);
  }

  listenForLoss(listener: (isForgotten: boolean) => void): void {
    this.lossListeners.push(listener);
  }

  listenForArrival(listener: () => void): void {
    this.arrivalListeners.push(listener);
  }

  listenForDeparture(listener: (nodeId: string) => void): void {
    this.departureListeners.push(listener);
  }

  private collect(work: () => void): Told[] {
    if (this.collecting !== null) throw new Error('a removal within a removal');
    const told: Told[] = [];
    this.collecting = told;
    try {
      work();
    } finally {
      this.collecting = null;
    }
    return told;
  }

  private receive(message: NodeMessage, from: string): void {
    if (!this.known.has(from)) {
      this.known.add(from);
      for (const listener of this.arrivalListeners) listener();
    }
    switch (message.kind) {
      case 'told':
        this.hear(message.told, from);
        break;
      case 'cut':
        if (this.cuts.isNew(message.id)) for (const told of message.told) this.hear(told, from);
        this.cuts.confirm(message.id);
        break;
      case 'heard':
        this.cuts.heard(message.id, from);
        break;
      case 'beat':
        break;
      case 'bye':
        this.registry.forget(from);
        this.depart(from);
        break;
    }
  }

  private hear({ topic, message }: Told, from: string): void {
    for (const listener of this.listeners.get(topic) ?? []) {
      try {
        listener(message, from);
      } catch (error) {
        // What one listener makes of a message must not keep the next from hearing it.
        this.logger.error({ err: error, topic }, 'a message of another node was not understood');
      }
    }
  }

  private depart(nodeId: string): void {
    this.known.delete(nodeId);
    this.messages.forget(nodeId);
    for (const listener of this.departureListeners) listener(nodeId);
  }

  private doubt(): void {
    for (const listener of this.doubtListeners) listener();
  }

  private reportLoss(reason: string, isForgotten = false): void {
    this.logger.warn(reason);
    this.doubt();
    for (const listener of this.lossListeners) listener(isForgotten);
  }
}
