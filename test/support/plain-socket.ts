import { WebSocket, type ClientOptions, type RawData } from 'ws';

import type {
  Ack,
  ClientEventName,
  ClientEvents,
  ServerEventName,
  ServerEvents,
  ServerFrame,
} from '../../contract/events.js';
import { eventually } from './eventually.js';
import type { ReceivedEvent, TestSocket } from './test-socket.js';

/** What a client of either transport does in a test, so that one story can be told over both. */
export type ChatClient = Pick<TestSocket, 'received' | 'isOpen' | 'all' | 'next' | 'send' | 'settled' | 'close'>;

/** How a plain client connects, where a test needs it otherwise than usual. */
export interface PlainOptions extends ClientOptions {
  /** With its query; `/ws` unless given. */
  path?: string;
  protocols?: string[];
}

/** What an upgrade that was refused is answered, as plain HTTP. */
export interface UpgradeRefusal {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  body: unknown;
}

/** A bare WebSocket that knows nothing but the tables of the realtime contract: frames of JSON with a `type`. */
export class PlainSocket implements ChatClient {
  /** Every event in the order of arrival, in the form in which Socket.IO gives them. */
  readonly received: ReceivedEvent[] = [];
  /** Every frame as it came. */
  readonly frames: ServerFrame[] = [];
  readonly socket: WebSocket;
  closeCode: number | undefined;
  private lastId = 0;

  private constructor(url: string, { path = '/ws', protocols = [], ...options }: PlainOptions) {
    this.socket = new WebSocket(`${url.replace(/^http/, 'ws')}${path}`, protocols, options);
    this.socket.on('message', (data: RawData) => {
      const frame = JSON.parse((data as Buffer).toString('utf8')) as ServerFrame;
      this.frames.push(frame);
      const event = eventIn(frame);
      if (event !== undefined) this.received.push(event);
    });
    this.socket.on('close', (code: number) => {
      this.closeCode = code;
    });
    // What a test wants to know of a fault it learns from the close code, or from the refusal.
    this.socket.on('error', () => undefined);
  }

  /** Connects with the token in the `Authorization` header and waits for the snapshot. */
  static connect(url: string, token: string, options: PlainOptions = {}): Promise<PlainSocket> {
    return PlainSocket.open(url, { ...options, headers: { authorization: `Bearer ${token}`, ...options.headers } });
  }

  /** The same with the token wherever the options have it. */
  static async open(url: string, options: PlainOptions): Promise<PlainSocket> {
    const socket = new PlainSocket(url, options);
    await socket.next('connected');
    return socket;
  }

  /** Tries to connect: the open socket, or the answer with which it was refused before the upgrade. */
  static attempt(url: string, options: PlainOptions): Promise<{ socket: PlainSocket } | { refusal: UpgradeRefusal }> {
    const socket = new PlainSocket(url, options);
    return new Promise((resolve) => {
      socket.socket.on('open', () => {
        resolve({ socket });
      });
      socket.socket.on('unexpected-response', (_request, response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          const { statusCode: status = 0, headers } = response;
          resolve({ refusal: { status, headers, body: JSON.parse(text) as unknown } });
        });
      });
    });
  }

  /** Tries to connect and is refused: the answer. */
  static async refused(url: string, options: PlainOptions): Promise<UpgradeRefusal> {
    const outcome = await PlainSocket.attempt(url, options);
    if ('refusal' in outcome) return outcome.refusal;
    outcome.socket.close();
    throw new Error('the connection was not refused');
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** Sends an event and waits for its acknowledgement. */
  async send<Name extends ClientEventName>(
    event: Name,
    payload: ClientEvents[Name]['payload'],
  ): Promise<Ack<ClientEvents[Name]['data']>> {
    const id = (this.lastId += 1);
    this.sendText(JSON.stringify({ type: event, id, ...payload }));
    return (await this.ackOf(id)) as Ack<ClientEvents[Name]['data']>;
  }

  /** Sends whatever, whether it is JSON or not. */
  sendText(frame: string): void {
    this.socket.send(frame);
  }

  /** The acknowledgement of the frame with this id, now or soon. */
  ackOf(wanted: unknown): Promise<Ack<unknown>> {
    return eventually(() => {
      const found = this.frames.find((frame) => frame.type === 'ack' && frame.id === wanted);
      if (found?.type !== 'ack') return undefined;
      const { type: _, id: _id, ...ack } = found;
      return ack;
    });
  }

  all<Name extends ServerEventName>(event: Name): ServerEvents[Name][] {
    return this.received.flatMap((one) => (one.event === event ? [one.payload as ServerEvents[Name]] : []));
  }

  next<Name extends ServerEventName>(
    event: Name,
    matches: (payload: ServerEvents[Name]) => boolean = () => true,
  ): Promise<ServerEvents[Name]> {
    return eventually(() => this.all(event).find(matches));
  }

  async settled(): Promise<void> {
    await this.send('ping', {});
  }

  /** Waits until the connection is over: its close code. */
  closed(): Promise<number> {
    return eventually(() => this.closeCode);
  }

  close(): void {
    this.socket.close();
  }
}

function eventIn(frame: ServerFrame): ReceivedEvent | undefined {
  if (frame.type === 'ack') return undefined;
  if (frame.type === 'error') return { event: 'error', payload: frame.error };
  const { type, ...payload } = frame;
  return { event: type, payload } as ReceivedEvent;
}
