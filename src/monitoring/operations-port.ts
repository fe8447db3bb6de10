import type { AddressInfo, Socket } from 'node:net';
import type { RequestListener, Server } from 'node:http';

import type { RequestHandler } from 'express';

import { timelyServer } from '../common/http/timely-express.adapter.js';
import { Problem } from '../common/problem.js';
import type { Settings } from '../config/settings.js';

/** As the router takes them: in any case of letters. */
const forOperators = /^\/(?:metrics|dashboard)(?:\/|$)/i;

/**
 * A port of its own for `/metrics` and the dashboard (`METRICS_PORT`), which the main one then does not serve. What both
 * have is the state of health, and what the page of the dashboard needs to log in.
 */
export class OperationsPort {
  private readonly server: Server;
  private readonly connections = new WeakSet<Socket>();

  constructor(
    application: RequestListener,
    private readonly settings: Settings,
  ) {
    this.server = timelyServer(application);
    this.server.on('connection', (connection: Socket) => this.connections.add(connection));
  }

  /** Where it listens. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Lets through what belongs to the port that a request came by. */
  readonly gate: RequestHandler = (request, _response, next) => {
    const isHere = this.connections.has(request.socket);
    const { path } = request;
    if (isHere ? forOperators.test(path) || this.isShared(path) : !forOperators.test(path)) next();
    else next(new Problem('not_found', 'There is nothing at this address of this port.'));
  };

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.settings.METRICS_PORT, this.settings.HOST, resolve);
    });
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeAllConnections();
    });
  }

  private isShared(path: string): boolean {
    return /^\/health(?:\/|$)/i.test(path) || path === `${this.settings.API_PREFIX}/auth/login`;
  }
}
