import type { TokenPair } from '../../client/src/credentials.js';

/*
 * The tokens lie in localStorage, so that a reload, a second tab or another page of the server is still logged in. The
 * price: a script that an attacker got into a page could read them. The pages' policy (CSP) lets no such script run: own
 * files only, no markup from strings. An application that must live with scripts of others keeps the tokens in memory and
 * asks for the password again after a reload.
 */
const storageKey = 'confab.session';

export interface StoredTokens extends TokenPair {
  /** By the clock of this machine; absent when a page that does not note it has stored the tokens. */
  renewAtMs?: number;
}

/**
 * Anything may stand there: other programs of the same origin, older versions of this one, and people write there, too.
 *
 * @returns `null` when nobody is logged in
 */
export function loadTokens(): StoredTokens | null {
  const text = localStorage.getItem(storageKey);
  if (text === null) return null;
  try {
    const stored = JSON.parse(text) as Partial<StoredTokens> | null;
    if (typeof stored?.accessToken !== 'string') return null;
    return { refreshToken: null, ...stored, accessToken: stored.accessToken };
  } catch {
    return null;
  }
}

export function saveTokens(tokens: StoredTokens): void {
  localStorage.setItem(storageKey, JSON.stringify(tokens));
}

export function forgetTokens(): void {
  localStorage.removeItem(storageKey);
}

/** Calls back when another tab or page has logged in or out, or has renewed the tokens. */
export function onTokensOfOthers(listener: () => void): void {
  addEventListener('storage', ({ key }) => {
    if (key === storageKey || key === null) listener();
  });
}

/**
 * Does work that no other tab does at the same time. Browsers have locks on https and on localhost only; elsewhere two tabs
 * that renew in the same moment are saved by the server, which takes a refresh token twice within 10 s.
 */
export async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  return 'locks' in navigator ? await navigator.locks.request(storageKey, work) : work();
}
