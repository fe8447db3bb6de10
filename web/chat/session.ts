import { readClaims } from '../../client/src/access-token.js';
import type { TokenPair, TokenStore } from '../../client/src/index.js';
import type { LoginRequest, RegisterRequest } from '../../contract/requests.js';
import type { TokenPairView } from '../../contract/views.js';
import { explain, requestJson } from '../shared/request-json.js';
import { apiPrefix } from './server.js';

/*
 * The tokens lie in localStorage, so that a reload or a second tab is still signed in. The price: a script that an
 * attacker got into this page could read them. The page's policy (CSP) lets no such script run: own files only, no
 * markup from strings. An application that must live with scripts of others keeps the tokens in memory and asks for the
 * password again after a reload.
 */
const storageKey = 'confab.session';
const lockName = 'confab.session';

/** Where the client finds the tokens, and keeps each new pair. */
export const tokenStore: TokenStore = {
  load: () => readPair(localStorage.getItem(storageKey)),
  save: (pair) => {
    localStorage.setItem(storageKey, JSON.stringify(pair));
  },
  // Browsers have locks on https and on localhost only. Elsewhere two tabs that renew in the same moment are saved by the
  // server, which takes a refresh token twice within 10 s.
  exclusively: async (work) => ('locks' in navigator ? await navigator.locks.request(lockName, work) : work()),
};

/** Calls back when another tab has signed in or out. */
export function onOtherTab(listener: () => void): void {
  addEventListener('storage', ({ key }) => {
    if (key === storageKey || key === null) listener();
  });
}

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
  const pair = tokenStore.load();
  return pair === null ? null : String(readClaims(pair.accessToken)?.['sid']);
}

/** @param session stays when another tab has put a new one in its place meanwhile */
export function forgetSession(session: string): void {
  if (storedSession() === session) localStorage.removeItem(storageKey);
}

/** Anything may stand there: other programs of the same origin, older versions of this one, and people write there, too. */
function readPair(text: string | null): TokenPair | null {
  if (text === null) return null;
  try {
    const stored = JSON.parse(text) as Partial<TokenPair> | null;
    return typeof stored?.accessToken === 'string'
      ? { refreshToken: null, ...stored, accessToken: stored.accessToken }
      : null;
  } catch {
    return null;
  }
}

async function open(path: string, request: object): Promise<string | null> {
  const answer = await requestJson<TokenPairView>('POST', `${apiPrefix}${path}`, request);
  if (answer.kind === 'ok') {
    const { accessToken, refreshToken } = answer.body;
    tokenStore.save({ accessToken, refreshToken });
    return null;
  }
  const [fault] = answer.kind === 'refused' ? (answer.problem?.errors ?? []) : [];
  return fault === undefined ? explain(answer) : `${fault.field}: ${fault.message}`;
}
