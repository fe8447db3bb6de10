import { Backoff } from '../../client/src/backoff.js';

/** How an attempt to refresh ended. */
export type Outcome<Value> =
  | { kind: 'done'; value: Value }
  /** Worth another try, `retryAfterMs` from now at the earliest. */
  | { kind: 'failed'; reason: string; retryAfterMs?: number }
  /** Trying again changes nothing until somebody does something. */
  | { kind: 'refused' };

/** What the page says about its own freshness. */
export type Freshness =
  | { state: 'loading' }
  | { state: 'live' }
  | { state: 'paused' }
  /** What is shown is old: nothing came since `since`. */
  | { state: 'stale'; since: Date; reason: string; retryAt: Date }
  | { state: 'refused' };

export interface RefreshLoopOptions<Value> {
  refresh: () => Promise<Outcome<Value>>;
  /** Only with what still counts: not with an answer that came after a newer question, or after a pause. */
  onValue: (value: Value) => void;
  onChange: (freshness: Freshness) => void;
  intervalMs: number;
  now?: () => Date;
}

/** Refreshes again and again, one at a time; less and less often while it fails, and not at all while paused. */
export class RefreshLoop<Value> {
  private readonly backoff = new Backoff({ minDelayMs: 1_000, maxDelayMs: 60_000, jitter: 0.2 });
  private readonly now: () => Date;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Moves on whenever what was planned or is under way no longer counts. */
  private turn = 0;
  private lastDone: Date;
  private intervalMs: number;
  private isPaused = false;

  constructor(private readonly options: RefreshLoopOptions<Value>) {
    this.now = options.now ?? (() => new Date());
    this.intervalMs = options.intervalMs;
    this.lastDone = this.now();
  }

  start(): void {
    this.options.onChange({ state: 'loading' });
    this.refreshNow();
  }

  /** Also while paused: then once. What is under way is no longer waited for. */
  refreshNow(): void {
    this.clear();
    void this.attempt(this.turn);
  }

  pause(): void {
    this.isPaused = true;
    this.clear();
    this.options.onChange({ state: 'paused' });
  }

  resume(): void {
    this.isPaused = false;
    this.refreshNow();
  }

  /** For whoever comes back to the page: what is planned for later is done now. */
  wake(): void {
    if (this.timer !== undefined) this.refreshNow();
  }

  setInterval(intervalMs: number): void {
    this.intervalMs = intervalMs;
    if (!this.isPaused) this.refreshNow();
  }

  private clear(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.turn += 1;
  }

  private async attempt(turn: number): Promise<void> {
    const outcome = await this.options.refresh();
    if (turn !== this.turn) return;
    this.options.onChange(this.settle(outcome));
  }

  /** Plans what comes next. */
  private settle(outcome: Outcome<Value>): Freshness {
    if (outcome.kind === 'refused') return { state: 'refused' };
    if (outcome.kind === 'done') {
      this.backoff.reset();
      this.lastDone = this.now();
      this.options.onValue(outcome.value);
      if (this.isPaused) return { state: 'paused' };
      this.plan(this.intervalMs);
      return { state: 'live' };
    }
    const delayMs = Math.max(this.backoff.next(), outcome.retryAfterMs ?? 0);
    if (!this.isPaused) this.plan(delayMs);
    const retryAt = new Date(this.now().getTime() + delayMs);
    return { state: 'stale', since: this.lastDone, reason: outcome.reason, retryAt };
  }

  private plan(delayMs: number): void {
    this.timer = setTimeout(() => this.refreshNow(), delayMs);
  }
}
