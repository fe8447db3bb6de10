import { randomUUID } from 'node:crypto';

import { io, type Socket } from 'socket.io-client';

import type { Ack, ClientToServerEvents, ServerToClientEvents } from '../../contract/events.js';
import type { MessageView } from '../../contract/views.js';

/** Longer than a send may wait for the database: within it the server has answered, or the connection is gone. */
const ackTimeoutMs = 12_000;
const pauseMs = 20;

/**
 * A client that does what the contract asks of one: it sends one message after the other, each again and again with the
 * same `clientMessageId` until it is acknowledged, over however many connections that takes.
 */
export class SteadySender {
  /** What was acknowledged, in order. */
  readonly acknowledged: MessageView[] = [];
  /** How often a message had to be sent again. */
  repeats = 0;
  private readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>;
  private readonly sending: Promise<void>;
  private isStopping = false;

  constructor(
    url: string,
    token: string,
    private readonly groupId: string,
  ) {
    this.socket = io(url, {
      auth: { token },
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: 50,
      reconnectionDelayMax: 200,
    });
    this.sending = this.send();
  }

  /** Finishes the message that is on its way, and no other. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.sending;
    this.socket.disconnect();
  }

  private async send(): Promise<void> {
    while (!this.isStopping) {
      const message = { groupId: this.groupId, content: `text ${randomUUID()}`, clientMessageId: randomUUID() };
      let stored = await this.trySend(message);
      while (stored === undefined) {
        this.repeats += 1;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        stored = await this.trySend(message);
      }
      this.acknowledged.push(stored);
    }
  }

  /** @returns the stored message; nothing when it is not known what became of it, or it was refused for now */
  private trySend(message: Parameters<ClientToServerEvents['message']>[0]): Promise<MessageView | undefined> {
    return new Promise((resolve, reject) => {
      if (!this.socket.connected) {
        resolve(undefined);
        return;
      }
      const giveUp = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
      const timer = setTimeout(giveUp, ackTimeoutMs);
      this.socket.once('disconnect', giveUp);
      this.socket.emit('message', message, (ack: Ack<MessageView>) => {
        clearTimeout(timer);
        this.socket.off('disconnect', giveUp);
        if (ack.ok) resolve(ack.data);
        else if (ack.error.code === 'unavailable') resolve(undefined);
        // Anything else would be a fault of the server: it must not look like an outage.
        else reject(new Error(`a send was refused: ${JSON.stringify(ack.error)}`));
      });
    });
  }
}
