import { Logger, UseFilters, UseInterceptors } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  type OnGatewayConnection,
  type OnGatewayInit,
} from '@nestjs/websockets';

import { limits } from '../../contract/limits.js';
import type { MessageView, ReadMarkerView } from '../../contract/views.js';
import { Clock } from '../common/clock.js';
import { requireUuid, type GroupId, type MessageId } from '../common/ids.js';
import { toProblem, toProblemDocument } from '../common/problem-document.js';
import { rateLimited } from '../common/rate-limits/rate-limits.js';
import { acceptCorrelationId } from '../common/request-context.js';
import { MyGroupsService } from '../groups/my-groups.service.js';
import { MessagesService, type SentMessage } from '../messages/messages.service.js';
import { AcknowledgeInterceptor } from './acknowledge.interceptor.js';
import { Audience } from './audience.js';
import type { ChatServer, ChatSocket } from './chat-server.js';
import { Connecting, groupsOf } from './connecting.js';
import {
  EditMessagePayload,
  MessageIdPayload,
  MessagePayload,
  PingPayload,
  ReadPayload,
  TypingPayload,
} from './dto/client-event.dto.js';
import { EventIntake } from './event-intake.js';
import { Handshake } from './handshake.js';
import { LiveSockets } from './live-sockets.js';
import { SocketProblemFilter } from './socket-problem.filter.js';
import { Typing } from './typing.js';

/** Socket.IO at `/socket.io`. Holds no rule: each event calls the verb that HTTP calls, and answers through its ack. */
@WebSocketGateway()
@UseFilters(SocketProblemFilter)
@UseInterceptors(AcknowledgeInterceptor)
export class ChatGateway implements OnGatewayInit<ChatServer>, OnGatewayConnection<ChatSocket> {
  private readonly logger = new Logger(ChatGateway.name);

  constructor(
    private readonly sockets: LiveSockets,
    private readonly handshake: Handshake,
    private readonly connecting: Connecting,
    private readonly intake: EventIntake,
    private readonly audience: Audience,
    private readonly messages: MessagesService,
    private readonly myGroups: MyGroupsService,
    private readonly typing: Typing,
    private readonly clock: Clock,
  ) {}

  /** Authentication stands before the connection: guards do not run for it. */
  afterInit(server: ChatServer): void {
    this.sockets.serve(server);
    server.use((socket, next) => {
      const { auth, headers } = socket.handshake;
      this.handshake
        .admit({ token: auth['token'] as unknown, authorization: headers.authorization })
        .then((actor) => {
          socket.data = {
            actor,
            gate: { held: [], changed: new Set() },
            refusedInARow: 0,
            budget: { second: 0, used: 0 },
            waiting: 0,
            lastAccepted: Promise.resolve(),
          };
          next();
        })
        .catch((error: unknown) => {
          next(this.refusal(error));
          // Socket.IO would keep the refused connection open; the refusal itself goes out in this turn.
          setImmediate(() => {
            socket.conn.close();
          });
        });
    });
  }

  handleConnection(socket: ChatSocket): void {
    this.intake.watch(socket);
    socket.on('disconnecting', () => {
      for (const groupId of groupsOf(socket)) this.audience.announceLeave(socket, groupId);
    });
    this.connecting.bringIn(socket).catch((error: unknown) => {
      socket.emit('error', this.refusal(error).data);
      socket.disconnect(true);
    });
  }

  @SubscribeMessage('message')
  async message(@ConnectedSocket() socket: ChatSocket, @MessageBody() payload: MessagePayload): Promise<MessageView> {
    const { groupId, ...request } = payload;
    const { stored } = await this.inTurn(socket, () =>
      this.messages.accept(socket.data.actor, requireUuid(groupId, 'groupId') as GroupId, request),
    );
    return (await stored).message;
  }

  @SubscribeMessage('edit_message')
  edit(@ConnectedSocket() socket: ChatSocket, @MessageBody() payload: EditMessagePayload): Promise<MessageView> {
    const id = requireUuid(payload.messageId, 'messageId') as MessageId;
    return this.messages.edit(socket.data.actor, id, payload.content);
  }

  @SubscribeMessage('delete_message')
  remove(@ConnectedSocket() socket: ChatSocket, @MessageBody() payload: MessageIdPayload): Promise<MessageView> {
    return this.messages.remove(socket.data.actor, requireUuid(payload.messageId, 'messageId') as MessageId);
  }

  @SubscribeMessage('restore_message')
  restore(@ConnectedSocket() socket: ChatSocket, @MessageBody() payload: MessageIdPayload): Promise<MessageView> {
    return this.messages.restore(socket.data.actor, requireUuid(payload.messageId, 'messageId') as MessageId);
  }

  @SubscribeMessage('typing')
  async setTyping(@ConnectedSocket() socket: ChatSocket, @MessageBody() payload: TypingPayload): Promise<null> {
    const groupId = requireUuid(payload.groupId, 'groupId') as GroupId;
    await this.typing.set(socket.data.actor, groupId, payload.isTyping ?? true);
    return null;
  }

  @SubscribeMessage('read')
  read(@ConnectedSocket() socket: ChatSocket, @MessageBody() payload: ReadPayload): Promise<ReadMarkerView> {
    return this.myGroups.markRead(socket.data.actor, requireUuid(payload.groupId, 'groupId') as GroupId, payload.seq);
  }

  @SubscribeMessage('ping')
  ping(@ConnectedSocket() socket: ChatSocket, @MessageBody() payload: PingPayload): { timestamp: number } {
    const pong = { timestamp: payload.timestamp ?? this.clock.now().getTime() };
    socket.emit('pong', pong);
    return pong;
  }

  /** One message of a socket after the other, up to its turn in the log: a later one never overtakes. */
  private inTurn(
    socket: ChatSocket,
    accept: () => Promise<{ stored: Promise<SentMessage> }>,
  ): Promise<{ stored: Promise<SentMessage> }> {
    // A client that sends faster than its messages get their turn would fill the memory before any rate is counted.
    if (socket.data.waiting >= limits.log.maxWaitingPerGroup) throw rateLimited(1);
    socket.data.waiting += 1;
    const accepted = socket.data.lastAccepted.then(accept, accept).finally(() => {
      socket.data.waiting -= 1;
    });
    socket.data.lastAccepted = accepted;
    return accepted;
  }

  /** The error of a refused connection, in the form that Socket.IO passes on as `connect_error` with `data`. */
  private refusal(error: unknown): Error & { data: ReturnType<typeof toProblemDocument> } {
    const problem = toProblem(error);
    const correlationId = acceptCorrelationId(undefined);
    if (problem.code === 'internal_error') {
      this.logger.error({ err: problem.cause, correlationId }, 'a connection failed');
    }
    const data = toProblemDocument(problem, { instance: '/socket.io', correlationId });
    return Object.assign(new Error(data.detail), { data });
  }
}
