import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import { Clock } from '../common/clock.js';
import { Problem } from '../common/problem.js';
import { RepeatedWork } from '../common/repeated-work.js';
import type { Connection } from './connection.js';
import { LiveConnections } from './live-connections.js';
import { problemDocument } from './refusal.js';

const intervalMs = 200;

/**
 * Looks after open connections: tells them that their token is about to end, closes them when it has, and cuts those
 * that do not read. (Socket.IO keeps everything for such a reader without end: 196,000 packets were seen.)
 */
@Injectable()
export class ConnectionWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ConnectionWatch.name);
  private readonly watching = new RepeatedWork('the watch of connections', intervalMs, () => {
    this.lookAtAll();
  });

  constructor(
    private readonly connections: LiveConnections,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.watching.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.watching.stop();
  }

  private lookAtAll(): void {
    const now = this.clock.now().getTime();
    for (const connection of this.connections.all()) this.look(connection, now);
  }

  private look(connection: Connection, now: number): void {
    const { state } = connection;
    if (!connection.isOpen()) return;
    if (connection.waitingBytes > limits.socket.maxWaitingBytes) {
      this.logger.warn({ userId: state.actor.userId }, 'a connection was cut: it does not read');
      connection.cut('too_slow');
      return;
    }
    const leftMs = state.expiresAt.getTime() - now;
    if (leftMs <= 0) {
      const problem = new Problem('token_expired', 'The token has expired.');
      connection.emit({ event: 'error', payload: problemDocument(problem, 'authenticate') });
      connection.close('token_expired');
    } else if (leftMs <= limits.token.expiringNoticeMs && !state.isEndAnnounced) {
      state.isEndAnnounced = true;
      connection.emit({ event: 'token_expiring', payload: { expiresAt: state.expiresAt.toISOString() } });
    }
  }
}
