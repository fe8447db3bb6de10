import type { Ack } from '../../contract/events.js';
import type { ProblemDocument } from '../../contract/problems.js';
import { RawSocket } from './raw-socket.js';

/** JSON that is 20,000 levels deep and yet fits into one frame. By hand: `JSON.stringify` cannot write it. */
export const deepJson = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;

/** A signed-in client that sends whatever it likes, and looks at what comes back. */
export class HostileClient {
  private lastId = 0;

  private constructor(readonly socket: RawSocket) {}

  static async logIn(url: string, token: string): Promise<HostileClient> {
    return new HostileClient(await RawSocket.logIn(url, token));
  }

  /**
   * Sends an event and waits for its acknowledgement.
   *
   * @param args what stands behind the event's name, each as JSON text
   */
  async ask(event: string, ...args: readonly string[]): Promise<Ack<unknown>> {
    const id = (this.lastId += 1);
    this.socket.send(`42${id}[${[JSON.stringify(event), ...args].join(',')}]`);
    return this.answerTo(id);
  }

  /** The same with a payload that carries bytes, as Socket.IO sends them: a placeholder, and a frame of its own. */
  async askWithBytes(event: string, args: string): Promise<Ack<unknown>> {
    const id = (this.lastId += 1);
    this.socket.send(`451-${id}[${JSON.stringify(event)},${args}]`);
    this.socket.send(new Uint8Array([1, 2, 3]));
    return this.answerTo(id);
  }

  /** Sends an event that wants no answer. */
  tell(event: string, ...args: readonly string[]): void {
    this.socket.send(`42[${[JSON.stringify(event), ...args].join(',')}]`);
  }

  /** The first `error` event. */
  async error(): Promise<ProblemDocument> {
    const [, problem] = (await this.socket.content(/^42\["error"/)) as [string, ProblemDocument];
    return problem;
  }

  /** Fails when the server does not serve this very connection any more. */
  async requireAlive(): Promise<void> {
    const answer = await this.ask('ping', '{"timestamp":7}');
    if (!answer.ok || JSON.stringify(answer.data) !== '{"timestamp":7}') {
      throw new Error(`a ping was answered ${JSON.stringify(answer)}`);
    }
  }

  close(): void {
    this.socket.close();
  }

  private async answerTo(id: number): Promise<Ack<unknown>> {
    const [answer, ...more] = (await this.socket.content(new RegExp(`^43${id}\\[`))) as [Ack<unknown>, ...unknown[]];
    if (more.length > 0) throw new Error('an acknowledgement carries one value');
    return answer;
  }
}
