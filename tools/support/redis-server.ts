import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import { freePort } from './free-port.js';

/** A Redis server on a free port of this machine, which can be killed and started again. It keeps nothing. */
export class RedisServer {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly port: string,
    private readonly prefix: readonly string[],
  ) {}

  /** @param prefix a command that runs it, such as `taskset -c 0` */
  static async start(prefix: readonly string[] = []): Promise<RedisServer> {
    const redis = new RedisServer(await freePort(), prefix);
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** 0 while it does not run. */
  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** Starts it again where it was, and waits until it answers. @throws Error with what to do when there is none */
  async start(): Promise<void> {
    const settings = ['--port', this.port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const [file = '', ...args] = [...this.prefix, 'redis-server', ...settings];
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    this.child = child;
    await new Promise<void>((resolve, reject) => {
      const fail = (cause: unknown) => {
        reject(new Error('redis-server did not start: install it (Debian: apt-get install redis-server)', { cause }));
      };
      child.once('error', fail);
      child.once('exit', fail);
      let printed = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
        if (printed.includes('Ready to accept connections')) resolve();
      });
    });
    child.stdout.removeAllListeners('data').resume();
  }

  signal(name: NodeJS.Signals): void {
    this.child?.kill(name);
  }

  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    // Null while it runs.
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}
