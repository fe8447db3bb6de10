import { setTimeout as sleep } from 'node:timers/promises';

import { Injectable, Logger, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';

import { OtherNodes } from '../common/other-nodes.js';
import { Problem } from '../common/problem.js';
import type { Connection } from './connection.js';
import { LiveConnections } from './live-connections.js';
import { Subscriptions } from './subscriptions.js';

/** What they ask the database is asked for all of them together. */
const connectionsAtOnce = 200;
/** Losses often come in a row. */
const settleMs = 100;
/** Of the time that it takes, others have at least as much. */
const minRestMs = 10;

/**
 * After a loss of what other nodes told, brings every connection of this node up to date, some at a time, in half of its
 * time. Where removals may be among it, none is kept: their clients come back, and are told what they may know.
 */
@Injectable()
export class ConnectionRefresh implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(ConnectionRefresh.name);
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private isDue = false;

  constructor(
    private readonly nodes: OtherNodes,
    private readonly connections: LiveConnections,
    private readonly subscriptions: Subscriptions,
  ) {}

  onModuleInit(): void {
    this.nodes.listenForLoss((isForgotten) => {
      if (isForgotten) for (const connection of [...this.connections.all()]) connection.close('going_away');
      this.isDue = true;
      this.running ??= this.run().finally(() => {
        this.running = undefined;
      });
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    // The first pause takes losses in a row together.
    while (this.isDue && (await this.paused(settleMs))) {
      this.isDue = false;
      const waiting = [...this.connections.all()];
      const [count, beganAt] = [waiting.length, performance.now()];
      while (waiting.length > 0 && !signal.aborted) {
        const startedAt = performance.now();
        await Promise.all(waiting.splice(0, connectionsAtOnce).map((connection) => this.refresh(connection)));
        await this.paused(Math.max(minRestMs, performance.now() - startedAt));
      }
      const durationMs = Math.round(performance.now() - beganAt);
      if (count > 0)
        this.logger.log({ connections: count, durationMs }, 'all connections were told where everything stands');
    }
  }

  private async refresh(connection: Connection): Promise<void> {
    try {
      await this.subscriptions.refresh(connection);
    } catch (error) {
      // It is told afresh when it comes back, if it may.
      const isOver = error instanceof Problem && error.code === 'session_revoked';
      if (!isOver) this.logger.warn({ err: error }, 'a connection could not be brought up to date');
      connection.close(isOver ? 'session_revoked' : 'going_away');
    }
  }

  /** @returns whether the node goes on */
  private async paused(forMs: number): Promise<boolean> {
    await sleep(forMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    return !this.stopping.signal.aborted;
  }
}
