import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { WebSocket } from 'ws';

import { limits } from '../../contract/limits.js';
import type { Admission } from '../auth/authentication.service.js';
import { Clock } from '../common/clock.js';
import { isAllowedOrigin } from '../common/origins.js';
import { toProblem, toProblemDocument } from '../common/problem-document.js';
import { Problem } from '../common/problem.js';
import { RepeatedWork } from '../common/repeated-work.js';
import { acceptCorrelationId, correlationHeader } from '../common/request-context.js';
import { Telemetry } from '../common/telemetry/telemetry.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { GroupAccess } from '../groups/group-access.js';
import { Arrivals } from './arrivals.js';
import { newState } from './connection.js';
import { Handshake } from './handshake.js';
import { LiveConnections } from './live-connections.js';
import { PlainConnection } from './plain.connection.js';
import { PlainEvents } from './plain-events.js';
import { plainProtocol, readPlainRequest, type PlainRequest } from './plain-request.js';
import { ChatWebSocketServer } from './web-socket-server.js';

const deflateAboveBytes = 1024;
const maxMissedPongs = 2;

/** Plain WebSocket at `/ws`, on the same HTTP server: for whoever has a WebSocket and a JSON parser and nothing else. */
@Injectable()
export class PlainGateway implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly server: ChatWebSocketServer;
  /** For each socket that owes an answer, the first beat that it has not answered. */
  private readonly unanswered = new WeakMap<WebSocket, number>();
  private lastBeat = 0;
  private readonly heartbeat: RepeatedWork;

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly handshake: Handshake,
    private readonly access: GroupAccess,
    private readonly connections: LiveConnections,
    private readonly arrivals: Arrivals,
    private readonly events: PlainEvents,
    private readonly telemetry: Telemetry,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.server = new ChatWebSocketServer({
      noServer: true,
      clientTracking: true,
      maxPayload: limits.socket.maxFrameBytes,
      // Without context takeover a connection keeps no compression window: some 300 KB less for each.
      perMessageDeflate: {
        threshold: deflateAboveBytes,
        serverNoContextTakeover: true,
        clientNoContextTakeover: true,
      },
      handleProtocols: (offered) => (offered.has(plainProtocol) ? plainProtocol : false),
    });
    this.heartbeat = new RepeatedWork('the heartbeat of connections', settings.WS_PING_INTERVAL, () => {
      this.beat();
    });
  }

  onApplicationBootstrap(): void {
    const http = this.adapterHost.httpAdapter.getHttpServer() as Server;
    http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      // Socket.IO's own upgrades are its own business.
      if (request.url?.startsWith('/socket.io/') === true) return;
      this.upgrade(request, socket, head);
    });
    this.heartbeat.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.heartbeat.stop();
    for (const connection of this.connections.all())
      if (connection.transport === 'websocket') connection.close('going_away');
    this.server.close();
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A client that goes away meanwhile is no fault of ours.
    const ignore = () => undefined;
    socket.on('error', ignore);
    const correlationId = acceptCorrelationId(request.headers[correlationHeader]);
    const tooLate = setTimeout(() => socket.destroy(), limits.socket.authenticationTimeoutMs);
    this.admit(request)
      .then(({ admission, wanted }) => {
        // Again, now that nothing is waited for any more: others may have come in the meantime.
        this.handshake.requireRoom(admission.actor);
        socket.off('error', ignore);
        this.server.handleUpgrade(request, socket, head, (webSocket) => {
          this.start(webSocket, admission, wanted, correlationId);
        });
      })
      .catch((error: unknown) => {
        const problem = toProblem(error);
        this.telemetry.handshakeRefused('/ws', correlationId, problem.code);
        refuseUpgrade(request, socket, problem, correlationId);
      })
      .finally(() => {
        clearTimeout(tooLate);
      });
  }

  private async admit(request: IncomingMessage): Promise<{ admission: Admission; wanted: PlainRequest }> {
    const wanted = readPlainRequest(request);
    if (!isAllowedOrigin(request.headers, this.settings)) {
      throw new Problem('forbidden', 'This origin is not on the list.');
    }
    const admission = await this.handshake.admit(wanted.token);
    if (wanted.scope !== 'all') await this.access.require(admission.actor, wanted.scope, 'read');
    return { admission, wanted };
  }

  private start(
    socket: WebSocket,
    { actor, expiresAt }: Admission,
    { scope, since, history }: PlainRequest,
    correlationId: string,
  ): void {
    const state = newState(actor, expiresAt, scope, { correlationId, connectedAt: this.clock.now() });
    const connection = new PlainConnection(socket, this.connections.plainRooms, state);
    this.connections.addPlain(connection);
    socket.on('pong', () => this.unanswered.delete(socket));
    socket.on('message', (data, isBinary) => {
      this.events.take(connection, data, isBinary);
    });
    // ws closes the connection with the right code by itself; without a listener the error would end the process.
    socket.on('error', () => undefined);
    socket.once('close', (code) => {
      const groups = this.arrivals.groupsOf(connection);
      this.connections.removePlain(connection);
      this.arrivals.depart(connection, groups, `code ${String(code)}`);
    });
    this.arrivals.arrive(connection, { since, history });
  }

  /** Asks everyone whether he is there, and cuts who did not answer in time, or not for two beats. */
  private beat(): void {
    const beat = (this.lastBeat += 1);
    this.cutUnanswered(beat - maxMissedPongs);
    for (const socket of this.server.clients) {
      if (!this.unanswered.has(socket)) this.unanswered.set(socket, beat);
      socket.ping();
    }
    const timeout = setTimeout(() => {
      this.cutUnanswered(beat);
    }, this.settings.WS_PONG_TIMEOUT);
    timeout.unref();
  }

  /** @param beat whoever has not answered this one or an earlier one */
  private cutUnanswered(beat: number): void {
    for (const socket of this.server.clients) {
      if ((this.unanswered.get(socket) ?? Infinity) <= beat) socket.terminate();
    }
  }
}

/** Answers an upgrade with a problem document, as plain HTTP. */
function refuseUpgrade(request: IncomingMessage, socket: Duplex, problem: Problem, correlationId: string): void {
  const instance = (request.url ?? '').split('?', 1)[0] ?? '';
  const document = toProblemDocument(problem, { instance, correlationId });
  const body = JSON.stringify(document);
  const head = [
    `HTTP/1.1 ${String(document.status)} ${document.title}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${String(Buffer.byteLength(body))}`,
    `X-Correlation-ID: ${correlationId}`,
    ...(problem.retryAfter === undefined ? [] : [`Retry-After: ${String(problem.retryAfter)}`]),
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
