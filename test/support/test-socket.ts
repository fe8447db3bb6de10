import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';

import type {
  Ack,
  ClientEventName,
  ClientEvents,
  ClientToServerEvents,
  ConnectErrorData,
  ServerEventName,
  ServerEvents,
  ServerToClientEvents,
} from '../../contract/events.js';
import { serverEventNames } from '../../contract/events.js';
import { eventually } from './eventually.js';

/** One event that arrived, in the order of arrival. */
export type ReceivedEvent = {
  [Name in ServerEventName]: { event: Name; payload: ServerEvents[Name] };
}[ServerEventName];

/** Options of the Socket.IO client that a test needs to differ from those of every test. */
export type ClientOptions = Partial<ManagerOptions & SocketOptions>;

/** A Socket.IO client that remembers everything it received. */
export class TestSocket {
  readonly received: ReceivedEvent[] = [];
  readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>;

  private constructor(url: string, token: unknown, options: ClientOptions = {}) {
    this.socket = io(url, {
      auth: token === undefined ? {} : { token },
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      ackTimeout: 10_000,
      ...options,
    });
    this.socket.onAny((event: string, payload: unknown) => {
      if (isServerEvent(event)) this.received.push({ event, payload } as ReceivedEvent);
      else throw new Error(`the server sent ${event}, which is not in the contract`);
    });
  }

  /** Connects and waits for the snapshot. */
  static async connect(url: string, token: unknown, options?: ClientOptions): Promise<TestSocket> {
    const socket = new TestSocket(url, token, options);
    await socket.next('connected');
    return socket;
  }

  /** Tries to connect: the connected socket, or the problem that the client is told. */
  static async attempt(
    url: string,
    token: unknown,
    options?: ClientOptions,
  ): Promise<{ socket: TestSocket } | { refusal: ConnectErrorData }> {
    const socket = new TestSocket(url, token, options);
    return new Promise((resolve, reject) => {
      socket.socket.on('connect', () => {
        socket.next('connected').then(() => {
          resolve({ socket });
        }, reject);
      });
      socket.socket.on('connect_error', (error) => {
        socket.close();
        resolve({ refusal: (error as Error & { data: ConnectErrorData }).data });
      });
    });
  }

  /** Tries to connect and is refused: the problem that the client is told. */
  static async refused(url: string, token: unknown, options?: ClientOptions): Promise<ConnectErrorData> {
    const outcome = await TestSocket.attempt(url, token, options);
    if ('refusal' in outcome) return outcome.refusal;
    outcome.socket.close();
    throw new Error('the connection was not refused');
  }

  /** Is admitted and goes away at once, before the snapshot. */
  static async giveUp(url: string, token: unknown): Promise<void> {
    const { socket } = new TestSocket(url, token);
    await new Promise<void>((resolve) => {
      socket.on('disconnect', () => {
        resolve();
      });
      socket.on('connect', () => {
        socket.disconnect();
      });
    });
  }

  get isOpen(): boolean {
    return this.socket.connected;
  }

  /** Sends an event and waits for its acknowledgement. */
  send<Name extends ClientEventName>(
    event: Name,
    payload: ClientEvents[Name]['payload'],
  ): Promise<Ack<ClientEvents[Name]['data']>> {
    return this.sendRaw(event, payload) as Promise<Ack<ClientEvents[Name]['data']>>;
  }

  /** Sends whatever, whether the contract has it or not. */
  sendRaw(event: string, ...payload: unknown[]): Promise<Ack<unknown>> {
    return new Promise((resolve, reject) => {
      const untyped = this.socket as unknown as { emit: (event: string, ...args: unknown[]) => void };
      untyped.emit(event, ...payload, (error: Error | null, answer: Ack<unknown>) => {
        if (error === null) resolve(answer);
        else reject(error);
      });
    });
  }

  /** The payloads of one event so far. */
  all<Name extends ServerEventName>(event: Name): ServerEvents[Name][] {
    return this.received.flatMap((one) => (one.event === event ? [one.payload as ServerEvents[Name]] : []));
  }

  /** The first event of this name for which `matches` holds, whether it has arrived already or does so soon. */
  next<Name extends ServerEventName>(
    event: Name,
    matches: (payload: ServerEvents[Name]) => boolean = () => true,
  ): Promise<ServerEvents[Name]> {
    return eventually(() => this.all(event).find(matches));
  }

  /** Waits until the server has nothing older on its way to this socket: what follows arrives after the answer. */
  async settled(): Promise<void> {
    await this.send('ping', {});
  }

  close(): void {
    this.socket.disconnect();
  }
}

function isServerEvent(event: string): event is ServerEventName {
  return (serverEventNames as readonly string[]).includes(event);
}
