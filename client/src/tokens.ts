import type { LoginRequest, RefreshRequest } from '../../contract/requests.js';
import type { TokenPairView } from '../../contract/views.js';
import { leewayOf, readTokenLife } from './access-token.js';
import type { Credentials, ProviderCredentials, TokenPair, TokenStore } from './credentials.js';
import { callHttp } from './http.js';
import { ProblemError } from './problem-error.js';
import { sleep } from './timers.js';

/**
 * A refresh token is good for one use, and for 10 s more in case the answer was lost (`limits.refresh.graceMs`): three
 * attempts with these times are over before that.
 */
const refreshTimeoutMs = 2_500;
const refreshPauseMs = 500;
const refreshAttempts = 3;

const loginTimeoutMs = 15_000;

/** For tokens that do not say when they were made. */
const maxLifetimeMs = 15 * 60_000;

/** The access token of the moment, and the way to the next one. */
export class Tokens {
  private pair: TokenPair | null = null;
  private pairRenewAtMs: number | null = null;
  private login: LoginRequest | null = null;
  private readonly provider: ProviderCredentials | null = null;
  private readonly store: TokenStore | null = null;
  private renewing: Promise<string> | null = null;
  private isOwn = false;

  /**
   * @param apiUrl of the REST API, without a trailing slash
   * @param signal aborted when the client is closed
   * @param onRenewed is told each new pair, so that the application can keep it
   */
  constructor(
    private readonly apiUrl: string,
    credentials: Credentials,
    private readonly signal: AbortSignal,
    private readonly onRenewed: (pair: TokenPair) => void,
  ) {
    if ('getAccessToken' in credentials) this.provider = credentials;
    else if ('store' in credentials) {
      this.store = credentials.store;
      const stored = this.store.load();
      if (stored !== null) this.adopt(stored);
    } else if ('password' in credentials) this.login = { login: credentials.login, password: credentials.password };
    else {
      this.adopt({ accessToken: credentials.accessToken, refreshToken: credentials.refreshToken ?? null });
    }
  }

  /** When the present token should be renewed; `null` when that is not known, or there is no way to. */
  get renewAtMs(): number | null {
    return this.canRenew ? this.pairRenewAtMs : null;
  }

  /**
   * A token that is good for a while yet.
   *
   * @throws ProblemError a 401 when there is no way to get one, `network`, and whatever refuses a refresh
   */
  async current(): Promise<string> {
    if (this.pair === null) return this.renew();
    const isDue = this.renewAtMs !== null && Date.now() >= this.renewAtMs;
    return isDue ? this.renew() : this.pair.accessToken;
  }

  /**
   * A token other than the one that was refused. Callers who ask at the same time get the same one.
   *
   * @throws ProblemError as {@link current}
   */
  renew(refused?: string): Promise<string> {
    if (refused !== undefined && this.pair !== null && this.pair.accessToken !== refused) {
      return Promise.resolve(this.pair.accessToken);
    }
    this.renewing ??= this.obtain()
      .then((pair) => pair.accessToken)
      .finally(() => {
        this.renewing = null;
      });
    return this.renewing;
  }

  /** Whether {@link renew} has a chance. */
  get canRenew(): boolean {
    const hasSource = this.provider !== null || this.store !== null || this.login !== null;
    return hasSource || (this.pair?.refreshToken ?? null) !== null;
  }

  /**
   * Whether the present token came from here and is not due yet. Of a token that the application brought, the server
   * knows the end better: clocks differ.
   */
  get isFresh(): boolean {
    return this.isOwn && this.renewAtMs !== null && Date.now() < this.renewAtMs;
  }

  /** Of a pair that came from elsewhere only its own times are known. */
  private adopt(pair: TokenPair): TokenPair {
    this.pair = pair;
    this.isOwn = false;
    const life = readTokenLife(pair.accessToken);
    this.pairRenewAtMs = life && life.expiresAtMs - leewayOf(life);
    return pair;
  }

  /** A token that came just now has its whole life before it, whatever the clock of this machine makes of its `exp`. */
  private keep(pair: TokenPair): TokenPair {
    this.pair = pair;
    this.isOwn = true;
    const life = readTokenLife(pair.accessToken);
    this.pairRenewAtMs = life && Date.now() + Math.min(life.lifetimeMs, maxLifetimeMs) - leewayOf(life);
    this.onRenewed(pair);
    return pair;
  }

  private async obtain(): Promise<TokenPair> {
    const { provider, store } = this;
    if (provider !== null) return this.keep({ accessToken: await provider.getAccessToken(), refreshToken: null });
    if (store !== null) return store.exclusively(() => this.obtainStored(store));
    if (this.login !== null) {
      const pair = await this.post('/auth/login', this.login, loginTimeoutMs);
      this.login = null;
      return this.keep(pair);
    }
    return this.keep(await this.refresh(this.pair));
  }

  /** Another client may have renewed the tokens meanwhile: then there is nothing left to do. */
  private async obtainStored(store: TokenStore): Promise<TokenPair> {
    const stored = store.load();
    if (stored !== null && stored.accessToken !== this.pair?.accessToken) return this.adopt(stored);
    const pair = await this.refresh(stored);
    store.save(pair);
    return this.keep(pair);
  }

  private async refresh(used: TokenPair | null): Promise<TokenPair> {
    const refreshToken = used?.refreshToken ?? null;
    if (refreshToken === null) throw expired();
    const request: RefreshRequest = { refreshToken };
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.post('/auth/refresh', request, refreshTimeoutMs);
      } catch (error) {
        const isWorthAnother = error instanceof ProblemError && error.code === 'network' && attempt < refreshAttempts;
        if (!isWorthAnother) throw error;
        await sleep(refreshPauseMs, this.signal);
      }
    }
  }

  private async post(path: string, body: object, timeoutMs: number): Promise<TokenPair> {
    const url = `${this.apiUrl}${path}`;
    const { accessToken, refreshToken } = await callHttp<TokenPairView>({ method: 'POST', url, body, timeoutMs });
    return { accessToken, refreshToken };
  }
}

function expired(): ProblemError {
  return ProblemError.known('token_expired', 'The access token has expired, and there is no refresh token.');
}

/** Whether this says that no token is to be had any more: the person must log in again. */
export function endsTheSession(problem: ProblemError): boolean {
  return problem.status === 401;
}
