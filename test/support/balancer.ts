import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Passes TCP connections on to several servers by turns; one that takes no connection is passed over. */
export class Balancer {
  private readonly sockets = new Set<Socket>();
  private turn = 0;

  private constructor(
    private readonly server: Server,
    private readonly targets: () => readonly string[],
  ) {}

  /** @param targets addresses of the servers, such as `http://127.0.0.1:3000`; asked for each connection */
  static async to(targets: () => readonly string[]): Promise<Balancer> {
    const server = createServer();
    const balancer = new Balancer(server, targets);
    server.on('connection', (near) => {
      balancer.keep(near);
      balancer.pass(near, balancer.targets().length);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return balancer;
  }

  /** What clients connect to. */
  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(near: Socket, attempts: number): void {
    const targets = this.targets();
    if (attempts === 0 || targets.length === 0) {
      near.destroy();
      return;
    }
    this.turn += 1;
    const { hostname, port } = new URL(targets[this.turn % targets.length]!);
    const far = connect(Number(port), hostname);
    this.keep(far);
    let isOpen = false;
    far.once('connect', () => {
      isOpen = true;
      near.pipe(far).pipe(near);
      near.once('close', () => far.destroy());
    });
    far.once('close', () => {
      if (isOpen) near.destroy();
      else this.pass(near, attempts - 1);
    });
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    // A broken connection is nothing special here; `close` follows.
    socket.on('error', () => undefined);
    socket.once('close', () => this.sockets.delete(socket));
  }
}
