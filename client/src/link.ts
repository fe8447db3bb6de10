import type { ClientEventName, ClientEvents, ConnectedPayload } from '../../contract/events.js';
import { Backoff, type BackoffOptions } from './backoff.js';
import { Connection, type ConnectionOptions, type ServerEvent } from './connection.js';
import { ProblemError, toProblemError } from './problem-error.js';
import { sleep, type Timer } from './timers.js';
import { endsTheSession, type Tokens } from './tokens.js';

/**
 * `connecting`: on the way, for the first time or again. `online`: connected, and the snapshot came. `waiting`: for the
 * next attempt. `closed`: for good.
 */
export type LinkState = 'idle' | 'connecting' | 'online' | 'waiting' | 'closed';

export interface LinkHooks {
  onState: (state: LinkState) => void;
  onOnline: (snapshot: ConnectedPayload) => void;
  onEvent: (event: ServerEvent) => void;
  /** @param problem why; `null` when the application closed the client */
  onClosed: (problem: ProblemError | null) => void;
}

/** A connection that lived so long was a good one: the next attempts begin with short delays again. */
const goodAfterMs = 10_000;

/** A token that is short-lived beyond measure must not keep this busy. */
const minRenewalMs = 250;

/** `setTimeout` takes no more than 2^31 - 1 ms. */
const maxTimerMs = 2 ** 31 - 1;

/** Keeps one connection open: connects, connects again, keeps the token fresh, and knows when to stop. */
export class Link {
  private readonly backoff: Backoff;
  private readonly stopped = new AbortController();
  private connection: Connection | null = null;
  private renewTimer: Timer | undefined;
  /** While it waits for the next attempt. */
  private resting: AbortController | null = null;
  /** The token that the server has of the connection. */
  private socketToken: string | undefined;
  private currentState: LinkState = 'idle';

  constructor(
    private readonly options: Omit<ConnectionOptions, 'token'>,
    reconnect: BackoffOptions,
    private readonly tokens: Tokens,
    private readonly hooks: LinkHooks,
  ) {
    this.backoff = new Backoff(reconnect);
  }

  get state(): LinkState {
    return this.currentState;
  }

  /** Begins to connect, and goes on until {@link close} or until the server says not to come back. */
  open(): void {
    if (this.currentState === 'idle') void this.run();
  }

  close(problem: ProblemError | null = null): void {
    if (this.currentState === 'closed') return;
    this.setState('closed');
    this.stopped.abort();
    this.connection?.close();
    this.hooks.onClosed(problem);
  }

  /** Ends the wait for the next attempt, if there is one. */
  hurry(): void {
    this.resting?.abort();
  }

  /** @throws ProblemError what the server said, `no_answer` or `disconnected` */
  request<Name extends ClientEventName>(
    name: Name,
    payload: ClientEvents[Name]['payload'],
  ): Promise<ClientEvents[Name]['data']> {
    if (this.connection === null || this.currentState !== 'online') {
      return Promise.reject(ProblemError.local('disconnected'));
    }
    return this.connection.request(name, payload);
  }

  private async run(): Promise<void> {
    let refused: string | undefined;
    while (this.currentState !== 'closed') {
      this.setState('connecting');
      let problem: ProblemError | null;
      try {
        const token = await (refused === undefined ? this.tokens.current() : this.tokens.renew(refused));
        if (this.isClosed) return;
        problem = await this.connect(token);
        const isTokenRefused = problem !== null && endsTheSession(problem) && problem.code !== 'session_revoked';
        if (isTokenRefused && refused === undefined) {
          refused = token;
          continue;
        }
        refused = undefined;
      } catch (error) {
        problem = toProblemError(error);
      }
      if (this.isClosed) return;
      if (problem !== null && endsTheSession(problem)) {
        this.close(problem);
        return;
      }
      this.setState('waiting');
      await this.rest(Math.max(this.backoff.next(), (problem?.retryAfter ?? 0) * 1000));
    }
  }

  private async rest(delayMs: number): Promise<void> {
    this.resting = new AbortController();
    await sleep(delayMs, AbortSignal.any([this.stopped.signal, this.resting.signal]));
    this.resting = null;
  }

  /** One connection; resolves with its last word when it has ended. */
  private connect(token: string): Promise<ProblemError | null> {
    this.socketToken = token;
    return new Promise((resolve) => {
      let connectedAt = Infinity;
      this.connection = new Connection(
        { ...this.options, token },
        {
          onConnected: (snapshot) => {
            connectedAt = Date.now();
            this.setState('online');
            this.scheduleRenewal();
            this.hooks.onOnline(snapshot);
          },
          onEvent: (event) => {
            this.receive(event);
          },
          onEnd: (problem) => {
            clearTimeout(this.renewTimer);
            this.connection = null;
            this.setState('waiting');
            if (Date.now() - connectedAt >= goodAfterMs) this.backoff.reset();
            resolve(problem);
          },
        },
      );
    });
  }

  private receive(event: ServerEvent): void {
    if (event.name === 'token_expiring' && !this.tokens.isFresh) void this.renewToken();
    this.hooks.onEvent(event);
    if (event.name === 'session_revoked') this.close(sessionEnded());
  }

  private scheduleRenewal(): void {
    clearTimeout(this.renewTimer);
    const at = this.tokens.renewAtMs;
    if (at === null) return;
    const delayMs = Math.min(maxTimerMs, Math.max(minRenewalMs, at - Date.now()));
    this.renewTimer = setTimeout(() => void this.renewToken(), delayMs);
  }

  /** A new token for the living socket. When it cannot be had now, the next `token_expiring` or reconnection tries again. */
  private async renewToken(): Promise<void> {
    const { connection } = this;
    if (!this.tokens.canRenew) return;
    try {
      const token = await this.tokens.renew(this.socketToken);
      if (connection === null || connection !== this.connection) return;
      this.scheduleRenewal();
      await connection.request('authenticate', { token });
      this.socketToken = token;
    } catch (error) {
      const problem = toProblemError(error);
      // That the session was revoked the server says on the connection itself, with the reason: that must not be cut off.
      const isToldByServer =
        problem.code === 'session_revoked' && connection !== null && connection === this.connection;
      if (endsTheSession(problem) && !isToldByServer && !this.isClosed) this.close(problem);
    }
  }

  /** A method, since the compiler takes the state for what it was before an `await`. */
  private get isClosed(): boolean {
    return this.currentState === 'closed';
  }

  private setState(state: LinkState): void {
    if (state === this.currentState || this.isClosed) return;
    this.currentState = state;
    this.hooks.onState(state);
  }
}

function sessionEnded(): ProblemError {
  return ProblemError.known('session_revoked', 'The session has ended; log in again.');
}
