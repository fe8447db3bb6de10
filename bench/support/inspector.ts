import { setTimeout as pause } from 'node:timers/promises';

/** One call site in a CPU profile, as far as it is read here. */
export interface ProfileNode {
  id: number;
  callFrame: { functionName: string; url: string; lineNumber: number };
  /** Ids of what it called. */
  children?: number[];
}

/** What `Profiler.stop` gives, and what Chrome's developer tools open as `.cpuprofile`. */
export interface CpuProfile {
  nodes: ProfileNode[];
  /** Ids of the nodes on top of the stack, one a sample. */
  samples: number[];
  /** Microseconds since the sample before. */
  timeDeltas: number[];
}

/** Speaks with a Node process that was started with `--inspect=0` (Chrome DevTools Protocol). */
export class Inspector {
  private nextId = 1;
  private readonly waiting = new Map<number, (answer: { result?: unknown; error?: { message: string } }) => void>();

  private constructor(private readonly socket: WebSocket) {
    socket.addEventListener('message', ({ data }) => {
      const answer = JSON.parse(String(data)) as { id?: number; result?: unknown; error?: { message: string } };
      this.waiting.get(answer.id ?? 0)?.(answer);
    });
  }

  /** @param printed by a process when it started, "Debugger listening on …" among it. @throws Error when that is missing */
  static open(printed: string): Promise<Inspector> {
    const url = /Debugger listening on (ws:\S+)/.exec(printed)?.[1];
    if (url === undefined) return Promise.reject(new Error('the process has no inspector'));
    const socket = new WebSocket(url);
    return new Promise((resolve, reject) => {
      socket.addEventListener('open', () => resolve(new Inspector(socket)));
      socket.addEventListener('error', () => reject(new Error(`no debugger at ${url}`)));
    });
  }

  /** Frees what nobody holds, and gives the memory back to the system as far as the collector does. */
  async collectGarbage(): Promise<void> {
    for (let time = 0; time < 3; time += 1) {
      await this.call('HeapProfiler.collectGarbage');
      await pause(100);
    }
  }

  async startProfile(): Promise<void> {
    await this.call('Profiler.enable');
    await this.call('Profiler.start');
  }

  async stopProfile(): Promise<CpuProfile> {
    const { profile } = (await this.call('Profiler.stop')) as { profile: CpuProfile };
    return profile;
  }

  close(): void {
    this.socket.close();
  }

  private call(method: string): Promise<unknown> {
    const id = this.nextId;
    this.nextId += 1;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ result, error }) => {
        this.waiting.delete(id);
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${error.message}`));
      });
      this.socket.send(JSON.stringify({ id, method }));
    });
  }
}
