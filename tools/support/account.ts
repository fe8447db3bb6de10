import type { TokenPairView } from '../../contract/views.js';
import type { Rest } from './rest.js';
import { RestError } from './rest.js';

/** How long before its end an access token is renewed. */
const marginMs = 60_000;

/** Someone who is registered and stays signed in for as long as a tool runs. */
export class Account {
  private renewAt = 0;
  private renewing: Promise<void> | undefined;

  private constructor(
    private readonly rest: Rest,
    private readonly password: string,
    private pair: TokenPairView,
  ) {
    this.take(pair);
  }

  /** Registers; when the answer of a first attempt was lost and the account is there, signs in. */
  static async register(
    rest: Rest,
    person: { username: string; displayName: string; password: string },
  ): Promise<Account> {
    const { username, password } = person;
    const body = { ...person, email: `${username}@demo.example.org` };
    try {
      return new Account(rest, password, await rest.request<TokenPairView>('POST', '/auth/register', undefined, body));
    } catch (error) {
      if (!(error instanceof RestError && error.problem?.code === 'conflict')) throw error;
    }
    const login = { login: username, password };
    return new Account(rest, password, await rest.request<TokenPairView>('POST', '/auth/login', undefined, login));
  }

  get id(): string {
    return this.pair.user.id;
  }

  get displayName(): string {
    return this.pair.user.displayName;
  }

  /** A token that is good for a while. */
  async accessToken(): Promise<string> {
    if (performance.now() >= this.renewAt) await this.signInAgain();
    return this.pair.accessToken;
  }

  /** For a token that was refused, and one that is about to be. */
  signInAgain(): Promise<void> {
    this.renewing ??= this.renew().finally(() => {
      this.renewing = undefined;
    });
    return this.renewing;
  }

  async request<Body>(method: 'GET' | 'POST', path: string, body?: object): Promise<Body> {
    return this.rest.request<Body>(method, path, await this.accessToken(), body);
  }

  /** By password, not by refresh token: an answer that is lost on the way costs nothing. */
  private async renew(): Promise<void> {
    const body = { login: this.pair.user.username, password: this.password };
    this.take(await this.rest.request<TokenPairView>('POST', '/auth/login', undefined, body));
  }

  private take(pair: TokenPairView): void {
    this.pair = pair;
    this.renewAt = performance.now() + Math.max(pair.expiresIn * 1000 - marginMs, (pair.expiresIn * 1000) / 2);
  }
}
