import type { TokenPairView } from '../../contract/views.js';
import { leewayOf, readTokenLife } from '../../client/src/access-token.js';
import type { ProviderCredentials } from '../../client/src/credentials.js';
import { ProblemError } from '../../client/src/problem-error.js';
import { explain, requestJson, type JsonAnswer } from './request-json.js';
import { forgetTokens, inTurn, loadTokens, onTokensOfOthers, saveTokens, type StoredTokens } from './stored-tokens.js';

/** For tokens that do not say when they were made. */
const maxLifetimeMs = 15 * 60_000;

/**
 * Who is logged in, in this browser: kept over reloads, and shared by all tabs and pages of the server. Shared it must be:
 * a refresh token is good for one use, and a second tab that used it again would end the session of both.
 */
export class PageSession implements ProviderCredentials {
  /** @param apiUrl of the REST API, without a trailing slash */
  constructor(private readonly apiUrl: string) {
    onTokensOfOthers(() => {
      if (!this.isOpen) this.onEnded();
    });
  }

  /** Called when there is nobody logged in any more, whoever noticed it. */
  onEnded: () => void = () => undefined;

  get isOpen(): boolean {
    return loadTokens() !== null;
  }

  /** @returns what to tell the person when it did not work; `null` when it did */
  async open(login: string, password: string): Promise<string | null> {
    const answer = await requestJson<TokenPairView>('POST', `${this.apiUrl}/auth/login`, { login, password });
    if (answer.kind !== 'ok') return explain(answer);
    keep(answer.body);
    return null;
  }

  async close(): Promise<void> {
    const accessToken = loadTokens()?.accessToken;
    this.forget();
    if (accessToken !== undefined) await requestJson('POST', `${this.apiUrl}/auth/logout`, undefined, accessToken);
  }

  /** Nobody is logged in any more: the server has said so. */
  forget(): void {
    const wasOpen = this.isOpen;
    forgetTokens();
    if (wasOpen) this.onEnded();
  }

  /**
   * A token that is good for a while yet.
   *
   * @param refused by the server: another one is wanted
   * @throws ProblemError a 401 when nobody is logged in any more, `network`
   */
  async getAccessToken(refused?: string): Promise<string> {
    const stored = loadTokens();
    if (stored === null) throw ended();
    return isGood(stored, refused) ? stored.accessToken : inTurn(() => this.renew(refused));
  }

  /** Asks a REST route as the person who is logged in; once more with a new token when the server has refused the old one. */
  async request<Body>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<JsonAnswer<Body>> {
    let refused: string | undefined;
    for (;;) {
      let accessToken: string;
      try {
        accessToken = await this.getAccessToken(refused);
      } catch (error) {
        const isEnded = error instanceof ProblemError && error.status === 401;
        return isEnded ? { kind: 'refused', status: 401, problem: null } : { kind: 'unreachable' };
      }
      const answer = await requestJson<Body>(method, `${this.apiUrl}${path}`, body, accessToken);
      if (answer.kind !== 'refused' || answer.status !== 401) return answer;
      if (refused !== undefined || answer.problem?.code === 'session_revoked') {
        this.forget();
        return answer;
      }
      refused = accessToken;
    }
  }

  private async renew(refused: string | undefined): Promise<string> {
    // Another tab may have done it meanwhile.
    const stored = loadTokens();
    if (stored === null) throw ended();
    if (isGood(stored, refused)) return stored.accessToken;
    const { refreshToken } = stored;
    const answer = await requestJson<TokenPairView>('POST', `${this.apiUrl}/auth/refresh`, { refreshToken });
    if (answer.kind === 'ok') return keep(answer.body);
    if (answer.kind === 'refused' && answer.status === 401) {
      this.forget();
      throw ended();
    }
    throw ProblemError.local('network', explain(answer));
  }
}

function isGood({ accessToken, renewAtMs }: StoredTokens, refused: string | undefined): boolean {
  if (accessToken === refused) return false;
  const life = readTokenLife(accessToken);
  return Date.now() < (renewAtMs ?? (life === null ? Infinity : life.expiresAtMs - leewayOf(life)));
}

/** A token that came just now has its whole life before it, whatever the clock of this machine makes of its times. */
function keep({ accessToken, refreshToken }: TokenPairView): string {
  const life = readTokenLife(accessToken);
  const lifetimeMs = Math.min(life?.lifetimeMs ?? Infinity, maxLifetimeMs);
  const renewAtMs = Date.now() + lifetimeMs - (life === null ? 0 : leewayOf(life));
  saveTokens({ accessToken, refreshToken, renewAtMs });
  return accessToken;
}

function ended(): ProblemError {
  return ProblemError.known('session_revoked', 'The session has ended; log in again.');
}
