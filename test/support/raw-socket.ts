import { eventually } from './eventually.js';

/**
 * Engine.IO and Socket.IO frames written by hand (protocols 4 and 5), for what no well-behaved client sends. A frame is
 * text: its first digit is the packet type of Engine.IO (`0` open, `2` ping, `3` pong, `4` message), and in a message
 * the second one that of Socket.IO (`0` connect, `2` event, `3` ack, `4` connect error).
 */
export class RawSocket {
  readonly frames: string[] = [];
  /** Set when the connection is over. */
  closeCode: number | undefined;
  private readonly socket: WebSocket;

  private constructor(url: string, headers: Record<string, string>) {
    this.socket = new WebSocket(`${url.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`, { headers });
    this.socket.addEventListener('message', (event) => {
      const data = String(event.data);
      if (data === '2') this.socket.send('3');
      else this.frames.push(data);
    });
    this.socket.addEventListener('close', ({ code }) => {
      this.closeCode = code;
    });
  }

  /** Opens the connection and waits for the server's first frame; nobody is authenticated yet. */
  static async open(url: string, headers: Record<string, string> = {}): Promise<RawSocket> {
    const socket = new RawSocket(url, headers);
    await socket.frame(/^0/);
    return socket;
  }

  /** Opens the connection, hands the token over and waits for the snapshot. */
  static async logIn(url: string, token: string): Promise<RawSocket> {
    const socket = await RawSocket.open(url);
    socket.send(`40${JSON.stringify({ token })}`);
    await socket.frame(/^42\["connected"/);
    return socket;
  }

  get isOpen(): boolean {
    return this.closeCode === undefined;
  }

  send(frame: string | Uint8Array): void {
    this.socket.send(frame);
  }

  /** The first frame that matches, now or soon. */
  frame(pattern: RegExp): Promise<string> {
    return eventually(() => this.frames.find((frame) => pattern.test(frame)));
  }

  /** What follows the packet types of the first frame that matches. */
  async content(pattern: RegExp): Promise<unknown> {
    const frame = await this.frame(pattern);
    return JSON.parse(frame.replace(/^\d+/, ''));
  }

  /** Waits until the server has closed the connection. */
  async closed(): Promise<number> {
    return eventually(() => this.closeCode);
  }

  close(): void {
    this.socket.close();
  }
}
