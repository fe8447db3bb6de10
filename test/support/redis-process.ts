import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';

import { eventually } from './eventually.js';

/** A Redis server on one port, which can be killed and started again. It keeps nothing. */
export class RedisProcess {
  private child: ChildProcess | undefined;

  constructor(private readonly port: string) {}

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it and waits until it answers. */
  async start(): Promise<void> {
    const args = ['--port', this.port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    this.child = spawn('redis-server', args, { stdio: 'ignore' });
    await Promise.race([
      eventually(() => this.answers()),
      once(this.child, 'error').then(([error]) => {
        throw new Error('redis-server did not start: install it (Debian: apt-get install redis-server)', {
          cause: error,
        });
      }),
    ]);
  }

  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child?.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  private answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(Number(this.port), '127.0.0.1');
      socket.once('data', (answer) => {
        socket.destroy();
        resolve(answer.toString().startsWith('+PONG'));
      });
      socket.once('error', () => {
        resolve(false);
      });
      socket.write('PING\r\n');
    });
  }
}
