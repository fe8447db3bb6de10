import type { ClientEventName } from '../../contract/events.js';
import { WebSocketConnection } from './websocket.js';

export type Transport = 'socket.io' | 'plain';

export interface ChatEvents {
  /** A `new_message` lies at `start` to `end` of `bytes`, only until this returns. */
  message(bytes: Buffer, start: number, end: number): void;
  closed(reason: string): void;
}

/** Called with the acknowledgement as JSON; `text()` reads it, only until this returns. */
type Acknowledged = (isOk: boolean, text: () => string) => void;

/** What stands before the name of an event in a frame. */
const eventHead = { 'socket.io': '42["', plain: '{"type":"' };
const paths = { 'socket.io': '/socket.io/?EIO=4&transport=websocket', plain: '/ws' };

/**
 * A client of the realtime contract that reads of a frame only what a measurement needs: Socket.IO (Engine.IO protocol 4,
 * Socket.IO protocol 5, WebSocket only, namespace `/`) or the plain WebSocket. Plain connections only listen.
 */
export class ChatConnection {
  private nextAckId = 0;
  private readonly waiting = new Map<number, Acknowledged>();
  private socket: WebSocketConnection | undefined;
  private isDropped = false;
  private ready!: () => void;
  private refused!: (error: Error) => void;

  private constructor(
    private readonly token: string,
    private readonly transport: Transport,
    private readonly events: ChatEvents,
  ) {}

  /** Connects and waits for `connected`. @throws UpgradeRefused, or an Error with what the server said */
  static async open(
    url: string,
    token: string,
    transport: Transport,
    events: ChatEvents,
    timeoutMs = 60_000,
  ): Promise<ChatConnection> {
    const connection = new ChatConnection(token, transport, events);
    const isReady = new Promise<void>((resolve, reject) => {
      connection.ready = resolve;
      connection.refused = reject;
    });
    const timer = setTimeout(() => connection.refused(new Error('not connected in time')), timeoutMs);
    const isOpen = WebSocketConnection.open(
      new URL(paths[transport], url),
      transport === 'plain' ? { Authorization: `Bearer ${token}` } : {},
      {
        text: (bytes, start, end) => connection.read(bytes, start, end),
        closed: (reason) => {
          connection.refused(new Error(reason));
          events.closed(reason);
        },
      },
    ).then((socket) => {
      connection.socket = socket;
      if (connection.isDropped) socket.destroy();
    });
    try {
      await Promise.all([isOpen, isReady]);
      return connection;
    } catch (error) {
      connection.drop();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends an event over Socket.IO. @param payload as JSON */
  emit(event: ClientEventName, payload: string, acknowledged: Acknowledged): void {
    const id = this.nextAckId;
    this.nextAckId += 1;
    this.waiting.set(id, acknowledged);
    this.socket?.sendText(`42${id}["${event}",${payload}]`);
  }

  /** Ends the connection without a word. */
  drop(): void {
    this.isDropped = true;
    this.socket?.destroy();
  }

  private read(bytes: Buffer, start: number, end: number): void {
    if (this.transport === 'plain') this.readEvent(bytes, start, end);
    else this.readPacket(bytes, start, end);
  }

  private readPacket(bytes: Buffer, start: number, end: number): void {
    const type = bytes.toString('latin1', start, Math.min(start + 2, end));
    if (type === '42') this.readEvent(bytes, start, end);
    else if (type === '43') this.readAck(bytes, start + 2, end);
    else if (type === '2') this.socket?.sendText('3');
    else if (type.startsWith('0'))
      this.later(() => this.socket?.sendText(`40${JSON.stringify({ token: this.token })}`));
    else if (type === '44') this.refused(new Error(bytes.toString('utf8', start, end)));
  }

  /** The first packet may have come with the answer to the upgrade, before `open` has its socket. */
  private later(action: () => void): void {
    if (this.socket === undefined) setImmediate(action);
    else action();
  }

  private readEvent(bytes: Buffer, start: number, end: number): void {
    const name = start + eventHead[this.transport].length;
    // The shortest way to tell the events apart: `new_message` is the only one that begins with an n.
    if (bytes.readUInt8(name) === 0x6e) this.events.message(bytes, start, end);
    else if (bytes.toString('latin1', name, name + 'connected"'.length) === 'connected"') this.ready();
  }

  private readAck(bytes: Buffer, start: number, end: number): void {
    let at = start;
    let id = 0;
    for (let digit = bytes.readUInt8(at); digit >= 0x30 && digit <= 0x39; digit = bytes.readUInt8(at)) {
      id = id * 10 + digit - 0x30;
      at += 1;
    }
    const acknowledged = this.waiting.get(id);
    this.waiting.delete(id);
    // What follows is [{"ok":true,… or [{"ok":false,…
    acknowledged?.(bytes.readUInt8(at + '[{"ok":'.length) === 0x74, () => bytes.toString('utf8', at + 1, end - 1));
  }
}
