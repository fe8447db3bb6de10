import { UseFilters } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  type OnGatewayConnection,
  type OnGatewayInit,
} from '@nestjs/websockets';
import type { Event } from 'socket.io';

import type { ClientEventName } from '../../contract/events.js';
import { Clock } from '../common/clock.js';
import { bearerToken } from '../common/http/bearer-token.js';
import { toProblem } from '../common/problem-document.js';
import { Problem } from '../common/problem.js';
import { acceptCorrelationId, correlationHeader, runInContext } from '../common/request-context.js';
import { Telemetry } from '../common/telemetry/telemetry.js';
import { Arrivals } from './arrivals.js';
import type { ChatServer, ChatSocket } from './chat-server.js';
import { ClientEventHandlers } from './client-event-handlers.js';
import { newState } from './connection.js';
import {
  AuthenticatePayload,
  ChannelPayload,
  EditMessagePayload,
  MarkerPayload,
  MessageIdPayload,
  MessagePayload,
  PresencePayload,
  ReactPayload,
  SubscribePayload,
  SyncPayload,
  TimestampPayload,
  TypingPayload,
} from './dto/client-event.dto.js';
import { EventIntake } from './event-intake.js';
import { EventWatch, type WatchedEvent } from './event-watch.js';
import { Handshake } from './handshake.js';
import { LiveConnections } from './live-connections.js';
import { problemDocument } from './refusal.js';
import { rooms } from './rooms.js';
import { SocketIoConnection } from './socket-io.connection.js';
import { isAcknowledge, refuseEvent, SocketProblemFilter, type Acknowledge } from './socket-problem.filter.js';

/** Socket.IO at `/socket.io`. Holds no rule: each event goes to its handler, and is answered through its ack. */
@WebSocketGateway()
@UseFilters(SocketProblemFilter)
export class ChatGateway implements OnGatewayInit<ChatServer>, OnGatewayConnection<ChatSocket> {
  constructor(
    private readonly connections: LiveConnections,
    private readonly handshake: Handshake,
    private readonly arrivals: Arrivals,
    private readonly intake: EventIntake,
    private readonly watch: EventWatch,
    private readonly telemetry: Telemetry,
    private readonly clock: Clock,
    private readonly handlers: ClientEventHandlers,
  ) {}

  /** Authentication stands before the connection: guards do not run for it. */
  afterInit(server: ChatServer): void {
    this.connections.serve(server);
    server.use((socket, next) => {
      const correlationId = acceptCorrelationId(socket.request.headers[correlationHeader]);
      this.handshake
        .admit(tokenOf(socket))
        .then(({ actor, expiresAt }) => {
          this.handshake.requireRoomOfUser(actor);
          // Counted from now on; should it not come to a connection, Socket.IO takes it out again.
          void socket.join(rooms.user(actor.userId));
          const connection = new SocketIoConnection(
            socket,
            newState(actor, expiresAt, 'all', { correlationId, connectedAt: this.clock.now() }),
          );
          socket.data = { connection, handlers: new Map() };
          next();
        })
        .catch((error: unknown) => {
          // The form that Socket.IO passes on as `connect_error` with `data`.
          const data = { ...problemDocument(toProblem(error), '/socket.io'), correlationId };
          this.telemetry.handshakeRefused('/socket.io', correlationId, data.code);
          next(Object.assign(new Error(data.detail), { data }));
          // Socket.IO would keep the refused connection open; the refusal itself goes out in this turn.
          setImmediate(() => {
            socket.conn.close();
          });
        });
    });
  }

  handleConnection(socket: ChatSocket): void {
    const { connection } = socket.data;
    socket.use((packet) => {
      const watched = this.watch.begin(connection);
      runInContext(watched.context, () => {
        this.take(socket, packet, watched);
      });
    });
    // `disconnecting`, since at `disconnect` it has left its rooms already.
    socket.on('disconnecting', (reason) => {
      const groups = this.arrivals.groupsOf(connection);
      socket.once('disconnect', () => {
        this.arrivals.depart(connection, groups, reason);
      });
    });
    this.arrivals.arrive(connection);
  }

  @SubscribeMessage('message')
  message(@ConnectedSocket() { data }: ChatSocket, @MessageBody() payload: MessagePayload) {
    return this.handlers.message(data.connection, payload);
  }

  @SubscribeMessage('edit_message')
  edit(@ConnectedSocket() { data }: ChatSocket, @MessageBody() payload: EditMessagePayload) {
    return this.handlers.edit_message(data.connection, payload);
  }

  @SubscribeMessage('delete_message')
  remove(@ConnectedSocket() { data }: ChatSocket, @MessageBody() payload: MessageIdPayload) {
    return this.handlers.delete_message(data.connection, payload);
  }

  @SubscribeMessage('restore_message')
  restore(@ConnectedSocket() { data }: ChatSocket, @MessageBody() payload: MessageIdPayload) {
    return this.handlers.restore_message(data.connection, payload);
  }

  @SubscribeMessage('react')
  react(@ConnectedSocket() { data }: ChatSocket, @MessageBody() payload: ReactPayload) {
    return this.handlers.react(data.connection, payload);
  }

  @SubscribeMessage('typing')
  typing(@ConnectedSocket() { data }: ChatSocket, @MessageBody() payload: TypingPayload) {
    return this.handlers.typing(data.connection, payload);
  }

  @SubscribeMessage('read')
  read(@ConnectedSocket() { data }: ChatSocket, @MessageBody() payload: MarkerPayload) {
    return this.handlers.read(data.connection, payload);
  }

  @SubscribeMessage('delivered')
  delivered(@ConnectedSocket() { data }: ChatSocket, @MessageBody() payload: MarkerPayload) {
    return this.handlers.delivered(data.connection, payload);
  }

  @SubscribeMessage('sync')
  sync(@ConnectedSocket() { data }: ChatSocket, @MessageBody() payload: SyncPayload) {
    return this.handlers.sync(data.connection, payload);
  }

  @SubscribeMessage('subscribe')
  subscribe(@ConnectedSocket() { data }: ChatSocket, @MessageBody() payload: SubscribePayload) {
    return this.handlers.subscribe(data.connection, payload);
  }

  @SubscribeMessage('unsubscribe')
  unsubscribe(@ConnectedSocket() { data }: ChatSocket, @MessageBody() payload: ChannelPayload) {
    return this.handlers.unsubscribe(data.connection, payload);
  }

  @SubscribeMessage('presence')
  presence(@ConnectedSocket() { data }: ChatSocket, @MessageBody() payload: PresencePayload) {
    return this.handlers.presence(data.connection, payload);
  }

  @SubscribeMessage('authenticate')
  authenticate(@ConnectedSocket() { data }: ChatSocket, @MessageBody() payload: AuthenticatePayload) {
    return this.handlers.authenticate(data.connection, payload);
  }

  @SubscribeMessage('ping')
  ping(@ConnectedSocket() { data }: ChatSocket, @MessageBody() payload: TimestampPayload) {
    return this.handlers.ping(data.connection, payload);
  }

  @SubscribeMessage('pong')
  pong(@ConnectedSocket() { data }: ChatSocket, @MessageBody() payload: TimestampPayload) {
    return this.handlers.pong(data.connection, payload);
  }

  /** Takes every event of a socket, known or not; it goes no further than this. */
  private take(socket: ChatSocket, packet: Event, watched: WatchedEvent): void {
    // Socket.IO takes a number for a name as well, whatever its types say.
    const [name, ...args] = packet as unknown as [string | number, ...unknown[]];
    watched.name(name);
    const last = args.at(-1);
    const acknowledge = isAcknowledge(last) ? last : undefined;
    const values = acknowledge === undefined ? args : args.slice(0, -1);
    try {
      if (values.length > 1) throw new Problem('validation_failed', 'An event carries one payload.');
      const { event, done } = this.intake.admit(socket.data.connection, String(name), values[0]);
      this.serve(socket, event, values[0], acknowledge)
        .catch((error: unknown) => {
          refuseEvent(socket, event, acknowledge, error);
        })
        .finally(() => {
          done();
          watched.end();
        });
    } catch (error) {
      refuseEvent(socket, String(name), acknowledge, error);
      watched.end();
    }
  }

  private async serve(
    { data: { connection, handlers } }: ChatSocket,
    event: ClientEventName,
    payload: unknown,
    acknowledge: Acknowledge | undefined,
  ): Promise<void> {
    await connection.state.ready;
    // One whose client has gone by itself is served: it said this before it went.
    if (connection.state.isTurnedAway) return;
    const data = await handlers.get(event)?.(payload, acknowledge);
    if (data === undefined) return;
    connection.state.refusedInARow = 0;
    acknowledge?.({ ok: true, data });
  }
}

/** `auth.token`, or the `Authorization` header when there is none. */
function tokenOf({ handshake: { auth }, request }: ChatSocket): unknown {
  return 'token' in auth ? auth['token'] : bearerToken(request);
}
