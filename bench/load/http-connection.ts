import { connect, type Socket } from 'node:net';

export interface HttpRequest {
  method: 'GET' | 'POST';
  path: string;
  token: string;
  /** As JSON. */
  body?: string;
}

export interface HttpAnswer {
  status: number;
  body: string;
}

interface Waiting {
  resolve: (answer: HttpAnswer) => void;
  reject: (error: Error) => void;
}

const endOfHead = '\r\n\r\n';

/**
 * A kept-alive HTTP/1.1 connection, one request at a time, for answers with a `Content-Length`: `fetch` and `node:http`
 * spend more on a request than the server does, and would be what is measured.
 */
export class HttpConnection {
  private waiting: Waiting | null = null;
  private received: Buffer[] = [];
  private receivedBytes = 0;
  /** Length of the answer with its head; unknown until the head is complete. */
  private expectedBytes: number | null = null;
  private headLength = 0;

  private constructor(
    private readonly socket: Socket,
    private readonly host: string,
  ) {
    socket.on('data', (chunk) => this.read(chunk));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('the server closed the connection')));
  }

  static open(url: string): Promise<HttpConnection> {
    const { hostname, port, host } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => resolve(new HttpConnection(socket, host)));
    });
  }

  request({ method, path, token, body }: HttpRequest): Promise<HttpAnswer> {
    if (this.waiting !== null) throw new Error('one request at a time');
    const head = `${method} ${path} HTTP/1.1\r\nHost: ${this.host}\r\nAuthorization: Bearer ${token}\r\n`;
    const content =
      body === undefined
        ? endOfHead.slice(2)
        : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}${endOfHead}${body}`;
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(head + content);
    });
  }

  close(): void {
    this.waiting = null;
    this.socket.destroy();
  }

  private read(chunk: Buffer): void {
    this.received.push(chunk);
    this.receivedBytes += chunk.length;
    if (this.expectedBytes === null) this.readHead();
    if (this.expectedBytes === null || this.receivedBytes < this.expectedBytes) return;
    const bytes = this.received.length === 1 ? chunk : Buffer.concat(this.received);
    const answer = {
      status: Number(bytes.toString('latin1', 'HTTP/1.1 '.length, 'HTTP/1.1 '.length + 3)),
      body: bytes.toString('utf8', this.headLength, this.expectedBytes),
    };
    const { waiting } = this;
    this.waiting = null;
    this.received = [];
    this.receivedBytes = 0;
    this.expectedBytes = null;
    waiting?.resolve(answer);
  }

  private readHead(): void {
    const bytes = Buffer.concat(this.received);
    const end = bytes.indexOf(endOfHead);
    if (end === -1) return;
    const length = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString('latin1', 0, end))?.[1];
    if (length === undefined) {
      this.fail(new Error(`an answer without Content-Length: ${bytes.toString('latin1', 0, end)}`));
      return;
    }
    this.headLength = end + endOfHead.length;
    this.expectedBytes = this.headLength + Number(length);
  }

  private fail(error: Error): void {
    const { waiting } = this;
    this.waiting = null;
    this.socket.destroy();
    waiting?.reject(error);
  }
}
