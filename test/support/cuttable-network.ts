import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

/** The way between a client and a server, which can be cut and mended, and lead to another server. */
export class CuttableNetwork {
  private readonly sockets = new Set<Socket>();
  private isCut = false;
  private watches: { bytesLeft: number; resolve: () => void }[] = [];
  /** Connections that were opened so far. */
  connections = 0;

  private constructor(
    private readonly server: Server,
    private target: string,
  ) {}

  /** @param target address of the server, such as `http://127.0.0.1:3000`, or the encoded path of its socket as host */
  static async to(target: string): Promise<CuttableNetwork> {
    const server = createServer();
    const network = new CuttableNetwork(server, target);
    server.on('connection', (socket) => {
      network.pass(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return network;
  }

  /** What clients connect to. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Breaks what is open, and lets nothing through until {@link mend}. */
  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  /** @param target from now on, if it is another one */
  mend(target = this.target): void {
    this.target = target;
    this.isCut = false;
  }

  /** Resolves in the moment in which the server has sent so many bytes more, over all connections. */
  passed(bytes: number): Promise<void> {
    return new Promise((resolve) => {
      this.watches.push({ bytesLeft: bytes, resolve });
    });
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(near: Socket): void {
    if (this.isCut) {
      near.destroy();
      return;
    }
    this.connections += 1;
    const { hostname, port } = new URL(this.target);
    const path = decodeURIComponent(hostname);
    const far = path.startsWith('/') ? connect(path) : connect(Number(port), hostname);
    far.on('data', ({ length }: Buffer) => {
      this.count(length);
    });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(socket);
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
      // A broken connection is what this is for; `close` follows.
      socket.on('error', () => undefined);
      socket.pipe(other);
    }
  }

  private count(bytes: number): void {
    for (const watch of this.watches) watch.bytesLeft -= bytes;
    for (const { resolve } of this.watches.filter(({ bytesLeft }) => bytesLeft <= 0)) resolve();
    this.watches = this.watches.filter(({ bytesLeft }) => bytesLeft > 0);
  }
}
