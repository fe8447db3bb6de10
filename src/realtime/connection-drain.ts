import { setTimeout as sleep } from 'node:timers/promises';

import { Injectable } from '@nestjs/common';

import type { Connection } from './connection.js';
import { LiveConnections } from './live-connections.js';
import { PresenceNews } from './presence.js';

/** So fast connections are let go: those who come back at once must find other nodes that can take them. */
const connectionsPerSecond = 5_000;
const tickMs = 50;
/** What a client has sent is answered before it is let go, unless that takes longer. */
const maxAnswerMs = 1_000;

/** Lets go of all connections when the node stops: spread over time, each after its answers; their clients come back to other nodes. */
@Injectable()
export class ConnectionDrain {
  constructor(
    private readonly connections: LiveConnections,
    private readonly presence: PresenceNews,
  ) {}

  /** @param withinMs the rest is left to whoever stops the server */
  async run(withinMs: number): Promise<void> {
    const endsAt = performance.now() + withinMs;
    await this.presence.retire();
    const waiting = [...this.connections.all()];
    const ticks = Math.max(1, Math.min(withinMs / 2, (waiting.length / connectionsPerSecond) * 1000) / tickMs);
    const atATime = Math.ceil(waiting.length / ticks);
    const going: Promise<void>[] = [];
    while (waiting.length > 0 && performance.now() < endsAt) {
      going.push(...waiting.splice(0, atATime).map((connection) => release(connection, endsAt)));
      if (waiting.length > 0) await sleep(tickMs);
    }
    await Promise.all(going);
  }
}

async function release(connection: Connection, endsAt: number): Promise<void> {
  const answeredBy = Math.min(endsAt, performance.now() + maxAnswerMs);
  while (connection.isOpen() && connection.state.pending > 0 && performance.now() < answeredBy) await sleep(tickMs);
  connection.close('going_away');
}
