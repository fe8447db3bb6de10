import { Backoff } from './backoff.js';
import { isWorthRepeating, toProblemError, type ProblemError } from './problem-error.js';
import { sleep } from './timers.js';

export type MarkerKind = 'read' | 'delivered';

interface Wanted {
  kind: MarkerKind;
  groupId: string;
  seq: number;
  settle: ((failure?: ProblemError) => void)[];
}

/** @throws ProblemError */
export type MoveMarker = (kind: MarkerKind, groupId: string, seq: number) => Promise<unknown>;

/**
 * Moves my read and delivered markers on the server, one after the other: of several moves of one marker only the
 * farthest is sent. What could not be sent while disconnected is sent afterwards.
 */
export class Markers {
  private readonly wanted = new Map<string, Wanted>();
  private readonly backoff = new Backoff({ minDelayMs: 250, maxDelayMs: 15_000, jitter: 0.5 });
  private isOpen = false;
  private isRunning = false;

  private endedWith: ProblemError | null = null;

  /** @param signal aborted when the client is closed */
  constructor(
    private readonly move: MoveMarker,
    private readonly signal: AbortSignal,
  ) {}

  /** @throws ProblemError when the server refuses it for good */
  advance(kind: MarkerKind, groupId: string, seq: number): Promise<void> {
    if (this.endedWith !== null) return Promise.reject(this.endedWith);
    const key = `${kind}:${groupId}`;
    const wanted = this.wanted.get(key) ?? { kind, groupId, seq, settle: [] };
    wanted.seq = Math.max(wanted.seq, seq);
    this.wanted.set(key, wanted);
    return new Promise((resolve, reject) => {
      wanted.settle.push((failure) => {
        if (failure === undefined) resolve();
        else reject(failure);
      });
      if (!this.isRunning) void this.run();
    });
  }

  resume(): void {
    this.isOpen = true;
    if (!this.isRunning) void this.run();
  }

  pause(): void {
    this.isOpen = false;
  }

  /** Nothing will be sent any more. */
  end(problem: ProblemError): void {
    this.isOpen = false;
    this.endedWith = problem;
    for (const { settle } of this.wanted.values()) for (const done of settle) done(problem);
    this.wanted.clear();
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    for (let [next] = this.wanted; next !== undefined && this.isOpen; [next] = this.wanted) {
      const [key, wanted] = next;
      // Taken out first: a move that is asked for meanwhile is another one.
      this.wanted.delete(key);
      try {
        await this.move(wanted.kind, wanted.groupId, wanted.seq);
        this.backoff.reset();
        for (const done of wanted.settle) done();
      } catch (error) {
        const problem = toProblemError(error);
        if (this.endedWith === null && isWorthRepeating(problem)) await this.putBack(key, wanted, problem);
        else for (const done of wanted.settle) done(this.endedWith ?? problem);
      }
    }
    this.isRunning = false;
  }

  private async putBack(key: string, wanted: Wanted, { code, retryAfter }: ProblemError): Promise<void> {
    const newer = this.wanted.get(key);
    if (newer !== undefined) {
      wanted.seq = Math.max(wanted.seq, newer.seq);
      wanted.settle.push(...newer.settle);
    }
    this.wanted.set(key, wanted);
    if (code !== 'disconnected') {
      await sleep(Math.max(this.backoff.next(), (retryAfter ?? 0) * 1000), this.signal);
    }
  }
}
