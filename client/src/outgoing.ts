import type { SendMessageRequest } from '../../contract/requests.js';
import type { MessageView } from '../../contract/views.js';
import { Delivery } from './delivery.js';
import type { Request } from './group-sync.js';
import { Markers } from './markers.js';
import { Outbox, type OutgoingMessage } from './outbox.js';
import type { ProblemError } from './problem-error.js';
import { randomId } from './random-id.js';
import { TypingSender, type SendTyping } from './typing-sender.js';

export interface OutgoingOptions {
  request: Request;
  sendTyping: SendTyping;
  maxQueued: number;
  confirmDelivery: boolean;
  /** Aborted when the client is closed. */
  signal: AbortSignal;
}

/** Everything that this side has to say: messages, markers, typing. */
export class Outgoing {
  private readonly outbox: Outbox;
  private readonly markers: Markers;
  private readonly delivery: Delivery;
  private readonly typing: TypingSender;

  constructor(private readonly options: OutgoingOptions) {
    const { request, sendTyping, maxQueued, signal } = options;
    this.outbox = new Outbox({ maxQueued, signal, transmit: (message) => request('message', message) });
    this.markers = new Markers((kind, groupId, seq) => request(kind, { groupId, seq }), signal);
    this.delivery = new Delivery(this.markers);
    this.typing = new TypingSender(sendTyping);
  }

  /** @throws ProblemError what refused it for good, `queue_full`, or `closed` */
  send(groupId: string, request: SendMessageRequest): Promise<MessageView> {
    this.typing.noteMessage(groupId);
    return this.outbox.send({ ...request, groupId, clientMessageId: request.clientMessageId ?? randomId() });
  }

  pendingOf(groupId: string): readonly OutgoingMessage[] {
    return this.outbox.pendingOf(groupId);
  }

  /** @throws ProblemError when the server refuses it for good */
  markRead(groupId: string, seq: number): Promise<void> {
    return this.markers.advance('read', groupId, seq);
  }

  setTyping(groupId: string, isTyping: boolean): void {
    this.typing.set(groupId, isTyping);
  }

  /** A message of someone else is here. */
  noteArrival({ groupId, seq }: Pick<MessageView, 'groupId' | 'seq'>): void {
    if (this.options.confirmDelivery) this.delivery.note(groupId, seq);
  }

  /** There is a connection: what waits goes out. */
  resume(): void {
    this.outbox.resume();
    this.markers.resume();
  }

  /** There is none. */
  pause(): void {
    this.outbox.pause();
    this.markers.pause();
  }

  /** Nothing will be sent any more: what waits is refused. */
  end(problem: ProblemError): void {
    this.delivery.stop();
    this.outbox.end(problem);
    this.markers.end(problem);
  }
}
