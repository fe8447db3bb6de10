import { io, type Socket } from 'socket.io-client';

import type {
  Ack,
  ClientEventName,
  ClientEvents,
  ConnectedPayload,
  ConnectErrorData,
  ServerToClientEvents,
} from '../../contract/events.js';
import type { MessageView } from '../../contract/views.js';
import type { Account } from './account.js';
import { Patience } from './patience.js';

/** The contract's events with an ack that is always asked for, which is what gives `emitWithAck` its type. */
type AcknowledgedEvents = {
  [Name in ClientEventName]: (
    payload: ClientEvents[Name]['payload'],
    ack: (answer: Ack<ClientEvents[Name]['data']>) => void,
  ) => void;
};
type ChatSocket = Socket<ServerToClientEvents, AcknowledgedEvents>;

/** The server itself gives up a send after 10 s. */
const ackTimeoutMs = 15_000;
const connectTimeoutMs = 10_000;

/** What the owner of a connection wants to hear. */
export interface ConnectionEvents {
  onConnected?: (snapshot: ConnectedPayload) => void;
  onMessage?: (message: MessageView) => void;
}

/** One account's own Socket.IO connection, opened again whenever it is lost, until it is closed. */
export class Connection {
  /** How often it was lost. */
  interruptions = 0;
  private socket: ChatSocket | undefined;
  private ready: Promise<ChatSocket>;
  private isClosed = false;

  constructor(
    private readonly url: string,
    readonly account: Account,
    private readonly events: ConnectionEvents = {},
  ) {
    this.ready = this.open();
  }

  /**
   * Sends a message once, as soon as there is a connection.
   *
   * @param onSent called when it has left
   * @throws Error when the connection is lost or the ack does not come: whether it was stored is not known then
   */
  async send(payload: ClientEvents['message']['payload'], onSent?: () => void): Promise<Ack<MessageView>> {
    const socket = await this.ready;
    const answer = socket.emitWithAck('message', payload);
    onSent?.();
    return answer;
  }

  /** Answered behind everything that the server has sent so far. @throws as {@link send} */
  async ping(): Promise<void> {
    const socket = await this.ready;
    await socket.emitWithAck('ping', {});
  }

  /** @throws Error when no connection comes about */
  async whenReady(): Promise<void> {
    await this.ready;
  }

  close(): void {
    this.isClosed = true;
    this.socket?.disconnect();
  }

  private open(): Promise<ChatSocket> {
    const opening = this.openWithPatience();
    // Whoever sends next learns of a failure; when nobody does, it does not matter.
    opening.catch(() => undefined);
    return opening;
  }

  private async openWithPatience(): Promise<ChatSocket> {
    const patience = new Patience();
    for (;;) {
      if (this.isClosed) throw new Error('the connection is closed');
      const attempt = await this.attempt(await this.account.accessToken());
      if ('socket' in attempt) return attempt.socket;
      const { failure, problem } = attempt;
      if (problem?.status === 401) await this.account.signInAgain();
      await patience.pause(failure, problem);
    }
  }

  /** Resolves with the snapshot: before it the server takes no event. */
  private attempt(token: string): Promise<{ socket: ChatSocket } | { failure: Error; problem?: ConnectErrorData }> {
    const socket: ChatSocket = io(this.url, {
      auth: { token },
      transports: ['websocket'],
      forceNew: true,
      // Done here, in one place for all reasons: Socket.IO does not come back by itself after a refusal or when the
      // server ended the connection.
      reconnection: false,
      timeout: connectTimeoutMs,
      ackTimeout: ackTimeoutMs,
    });
    this.socket = socket;
    const { onMessage, onConnected } = this.events;
    if (onMessage !== undefined) {
      socket.on('new_message', ({ message }) => {
        onMessage(message);
      });
    }
    return new Promise((resolve) => {
      let isReady = false;
      socket.on('connected', (snapshot) => {
        isReady = true;
        onConnected?.(snapshot);
        resolve({ socket });
      });
      socket.on('connect_error', (error) => {
        socket.disconnect();
        const { data } = error as Error & { data?: ConnectErrorData };
        resolve({ failure: error, ...(data !== undefined && { problem: data }) });
      });
      socket.on('disconnect', (reason) => {
        resolve({ failure: new Error(`the connection ended: ${reason}`) });
        if (!isReady || this.isClosed) return;
        this.interruptions += 1;
        this.ready = this.open();
      });
    });
  }
}
