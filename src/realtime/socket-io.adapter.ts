import type { IncomingMessage } from 'node:http';

import type { INestApplicationContext, WsMessageHandler } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server, ServerOptions } from 'socket.io';

import { limits } from '../../contract/limits.js';
import { isAllowedOrigin } from '../common/origins.js';
import type { Settings } from '../config/settings.js';
import type { ChatSocket, EventHandler } from './chat-server.js';
import { ChatWebSocketServer } from './web-socket-server.js';

/** Socket.IO with our limits in place of its defaults. */
export class SocketIoAdapter extends IoAdapter {
  constructor(
    app: INestApplicationContext,
    private readonly settings: Settings,
  ) {
    super(app);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const ours: Partial<ServerOptions> = {
      path: '/socket.io',
      serveClient: false,
      cors: { origin: [...this.settings.CORS_ORIGINS], credentials: true },
      // `cors` covers polling only; this covers the upgrade as well.
      allowRequest: (request, decide) => {
        decide(null, isAllowedOrigin(headersOf(request), this.settings));
      },
      maxHttpBufferSize: limits.socket.maxFrameBytes,
      connectTimeout: limits.socket.authenticationTimeoutMs,
      pingInterval: this.settings.WS_PING_INTERVAL,
      pingTimeout: this.settings.WS_PONG_TIMEOUT,
      wsEngine: ChatWebSocketServer,
      // Upgrades on other paths belong to the plain gateway; Engine.IO would end them after a second.
      destroyUpgrade: false,
      // No connection state recovery: it let a removed member with a revoked token come back. `sync` recovers.
    };
    return super.createIOServer(port, { ...options, ...ours } as ServerOptions);
  }

  /**
   * Nest opens a stream for each event of each socket, with six stages each: 70 kB a connection, and a tenth of the time
   * that a message takes. The gateway's own middleware sees every event anyway, and serves it from this table.
   */
  override bindMessageHandlers({ data }: ChatSocket, handlers: readonly WsMessageHandler[]): void {
    data.handlers = new Map(handlers.map(({ message, callback }) => [message, callback as unknown as EventHandler]));
  }
}

function headersOf(request: IncomingMessage): IncomingMessage['headers'] {
  return request.headers;
}
