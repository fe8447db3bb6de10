import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

import { limits } from '../../contract/limits.js';
import type { ChatSocket } from './chat-server.js';
import { LiveSockets } from './live-sockets.js';

const intervalMs = 200;

/**
 * Cuts sockets that do not read. Socket.IO keeps everything for them without end (196,000 packets were seen); here a
 * socket for which too much waits is closed, and catches up when it comes back.
 */
@Injectable()
export class SlowReaders implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(SlowReaders.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly sockets: LiveSockets) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.look();
    }, intervalMs);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    for (const socket of this.sockets.all()) {
      if (waitingBytes(socket) <= limits.socket.maxWaitingBytes) continue;
      this.logger.warn({ userId: socket.data.actor.userId }, 'a socket was closed: it does not read');
      // At once, without waiting for what it does not take: `disconnect` would queue a farewell behind all of it.
      socket.conn.close(true);
    }
  }
}

/** Bytes that wait for a socket in Socket.IO's own queue. */
function waitingBytes(socket: ChatSocket): number {
  const { writeBuffer } = socket.conn as unknown as { writeBuffer: readonly { data?: unknown }[] };
  let bytes = 0;
  for (const { data } of writeBuffer) {
    if (typeof data === 'string') bytes += data.length;
    if (bytes > limits.socket.maxWaitingBytes) break;
  }
  return bytes;
}
