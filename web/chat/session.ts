import { readClaims } from '../../client/src/access-token.js';
import type { TokenStore } from '../../client/src/index.js';
import type { LoginRequest, RegisterRequest } from '../../contract/requests.js';
import type { TokenPairView } from '../../contract/views.js';
import { apiPrefixOfPage } from '../shared/api-prefix.js';
import { explain, requestJson } from '../shared/request-json.js';
import { forgetTokens, inTurn, loadTokens, saveTokens } from '../shared/stored-tokens.js';

/** Where the client finds the tokens, and keeps each new pair; all tabs of the browser share them. */
export const tokenStore: TokenStore = { load: loadTokens, save: saveTokens, exclusively: inTurn };

/** @returns what to tell the person when it did not work; `null` when it did */
export function signIn(request: LoginRequest): Promise<string | null> {
  return open('/auth/login', request);
}

/** @returns what to tell the person when it did not work; `null` when it did */
export function register(request: RegisterRequest): Promise<string | null> {
  return open('/auth/register', request);
}

/**
 * Which session is stored: the same one when its tokens are renewed, another one when somebody signs in anew in another
 * tab. `null` when nobody is signed in.
 */
export function storedSession(): string | null {
  const pair = loadTokens();
  return pair === null ? null : String(readClaims(pair.accessToken)?.['sid']);
}

/** @param session stays when another tab has put a new one in its place meanwhile */
export function forgetSession(session: string): void {
  if (storedSession() === session) forgetTokens();
}

async function open(path: string, request: object): Promise<string | null> {
  const answer = await requestJson<TokenPairView>('POST', `${apiPrefixOfPage()}${path}`, request);
  if (answer.kind === 'ok') {
    const { accessToken, refreshToken } = answer.body;
    saveTokens({ accessToken, refreshToken });
    return null;
  }
  const [fault] = answer.kind === 'refused' ? (answer.problem?.errors ?? []) : [];
  return fault === undefined ? explain(answer) : `${fault.field}: ${fault.message}`;
}
