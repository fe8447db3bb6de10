import { WebSocketServer, type ServerOptions } from 'ws';

import { gatherWrites } from './gathered-writes.js';

/** A client that does not answer a close frame is cut after this; the default of `ws` is 30 s. */
const closeTimeoutMs = 2_000;

/** The `ws` server below both transports. */
export class ChatWebSocketServer extends WebSocketServer {
  constructor(options: ServerOptions) {
    // An option of ws 8.19 that its types do not know yet.
    super({ ...options, closeTimeout: closeTimeoutMs } as ServerOptions);
  }

  override handleUpgrade(...[request, socket, head, callback]: Parameters<WebSocketServer['handleUpgrade']>): void {
    gatherWrites(socket);
    super.handleUpgrade(request, socket, head, callback);
  }
}
