/** When an access token expires and how long it was made for, in milliseconds. */
export interface TokenLife {
  expiresAtMs: number;
  lifetimeMs: number;
}

/** Reads what a JWT (RFC 7519) claims, without checking it: the server does that. `null` when it is not a JWT. */
export function readClaims(token: string): Readonly<Record<string, unknown>> | null {
  const [, payload] = token.split('.');
  if (payload === undefined) return null;
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** The times of a token. Of one that says none its end is not known: the server tells when it does not take it any more. */
export function readTokenLife(token: string): TokenLife | null {
  const { exp, iat } = readClaims(token) ?? {};
  if (typeof exp !== 'number') return null;
  const expiresAtMs = exp * 1000;
  return { expiresAtMs, lifetimeMs: typeof iat === 'number' ? expiresAtMs - iat * 1000 : Infinity };
}

/**
 * How long before its end to renew a token: a minute, or a third of a shorter life. The second more is for the times in
 * it, which are whole seconds, rounded down.
 */
export function leewayOf({ lifetimeMs }: TokenLife): number {
  return Math.min(60_000, lifetimeMs / 3 + 1000);
}
