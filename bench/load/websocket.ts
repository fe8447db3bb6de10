import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** The server answered something else than an upgrade, or closed the connection without an answer. */
export class UpgradeRefused extends Error {
  constructor(
    /** Of the answer; 0 without one. */
    readonly status: number,
    answer: string,
  ) {
    super(`the upgrade was refused: ${answer.slice(0, 200)}`);
  }
}

export interface WebSocketEvents {
  /** A text frame lies at `start` to `end` of `bytes`, only until this returns: the buffer is used again. */
  text(bytes: Buffer, start: number, end: number): void;
  /** Not called after {@link WebSocketConnection.destroy}. */
  closed(reason: string): void;
}

const opcodes = { text: 1, close: 8, ping: 9, pong: 10 };
const endOfHead = '\r\n\r\n';

/** One for all connections of the process: what is read is looked at before the next read. */
const readBuffer = Buffer.allocUnsafeSlow(256 * 1024);

/**
 * A WebSocket (RFC 6455) with as little work as possible for each frame, straight on TCP. A load generator must be
 * cheaper than the server it measures; `ws` and `socket.io-client` allocate, emit and parse more for a delivery than a
 * server spends on it, and on two cores the benchmark would measure them.
 */
export class WebSocketConnection {
  private head = '';
  private isOpen = false;
  private isGone = false;
  /** A frame of which the end has not arrived yet. */
  private rest: Buffer | null = null;
  private readonly maskKey = randomBytes(4);

  private constructor(
    private readonly socket: Socket,
    private readonly events: WebSocketEvents,
    private readonly opened: () => void,
    private readonly failed: (error: Error) => void,
  ) {}

  /** @throws UpgradeRefused, or what the network says */
  static open(
    url: URL,
    headers: Readonly<Record<string, string>>,
    events: WebSocketEvents,
  ): Promise<WebSocketConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({
        host: url.hostname,
        port: Number(url.port),
        noDelay: true,
        onread: {
          buffer: readBuffer,
          callback: (size) => {
            connection.read(size);
            return true;
          },
        },
      });
      const connection = new WebSocketConnection(socket, events, () => resolve(connection), reject);
      socket.on('error', (error) => connection.end(error));
      socket.on('close', () =>
        connection.end(connection.isOpen ? new Error('cut off') : new UpgradeRefused(0, 'closed')),
      );
      const lines = Object.entries({
        Host: url.host,
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
        ...headers,
      }).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`GET ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('')}\r\n`);
    });
  }

  sendText(text: string): void {
    this.send(opcodes.text, Buffer.from(text));
  }

  /** Drops the connection without a word, as a lost network does. */
  destroy(): void {
    this.isGone = true;
    this.socket.destroy();
  }

  private end(error: Error): void {
    if (this.isGone) return;
    this.isGone = true;
    this.socket.destroy();
    if (this.isOpen) this.events.closed(error.message);
    else this.failed(error);
  }

  private read(size: number): void {
    if (this.isOpen) this.readFrames(readBuffer, size);
    else this.readHead(size);
  }

  private readHead(size: number): void {
    this.head += readBuffer.toString('latin1', 0, size);
    const end = this.head.indexOf(endOfHead);
    if (end === -1) return;
    const status = Number(this.head.slice('HTTP/1.1 '.length, 'HTTP/1.1 '.length + 3));
    if (status !== 101) {
      this.end(new UpgradeRefused(status, this.head));
      return;
    }
    this.isOpen = true;
    this.opened();
    const frames = Buffer.from(this.head.slice(end + endOfHead.length), 'latin1');
    if (frames.length > 0) this.readFrames(frames, frames.length);
  }

  private readFrames(chunk: Buffer, size: number): void {
    let bytes = chunk;
    let end = size;
    if (this.rest !== null) {
      bytes = Buffer.concat([this.rest, chunk.subarray(0, size)]);
      end = bytes.length;
      this.rest = null;
    }
    let at = 0;
    while (!this.isGone) {
      const head = headSize(bytes, at, end);
      if (head === null || end - at < head.size + head.payload) break;
      const start = at + head.size;
      at = start + head.payload;
      this.take(bytes.readUInt8(start - head.size), bytes, start, at);
    }
    if (at < end) this.rest = Buffer.from(bytes.subarray(at, end));
  }

  private take(firstByte: number, bytes: Buffer, start: number, end: number): void {
    const opcode = firstByte & 0x0f;
    if (opcode === opcodes.text) this.events.text(bytes, start, end);
    else if (opcode === opcodes.ping) this.send(opcodes.pong, Buffer.from(bytes.subarray(start, end)));
    else if (opcode === opcodes.close) {
      const code = end - start >= 2 ? bytes.readUInt16BE(start) : 1005;
      this.end(new Error(`closed by the server with ${code} ${bytes.toString('utf8', Math.min(start + 2, end), end)}`));
    }
  }

  private send(opcode: number, payload: Buffer): void {
    const { length } = payload;
    const head = length < 126 ? 2 : 4;
    const frame = Buffer.allocUnsafe(head + 4 + length);
    frame.writeUInt8(0x80 | opcode, 0);
    if (length < 126) frame.writeUInt8(0x80 | length, 1);
    else {
      frame.writeUInt8(0x80 | 126, 1);
      frame.writeUInt16BE(length, 2);
    }
    this.maskKey.copy(frame, head);
    for (let index = 0; index < length; index += 1) {
      frame.writeUInt8(payload.readUInt8(index) ^ this.maskKey.readUInt8(index & 3), head + 4 + index);
    }
    this.socket.write(frame);
  }
}

/** Sizes of a frame's head and payload in bytes; `null` while too little of it has arrived. Servers do not mask. */
function headSize(bytes: Buffer, at: number, end: number): { size: number; payload: number } | null {
  if (end - at < 2) return null;
  const short = bytes.readUInt8(at + 1) & 0x7f;
  if (short < 126) return { size: 2, payload: short };
  if (short === 126) return end - at < 4 ? null : { size: 4, payload: bytes.readUInt16BE(at + 2) };
  return end - at < 10 ? null : { size: 10, payload: Number(bytes.readBigUInt64BE(at + 2)) };
}
