/** When an access token expires and how long it was made for, in milliseconds. */
export interface TokenLife {
  expiresAtMs: number;
  lifetimeMs: number;
}

/** Reads the times of a JWT (RFC 7519) without checking it: the server does that. `null` when it is not a JWT. */
export function readTokenLife(token: string): TokenLife | null {
  const [, payload] = token.split('.');
  if (payload === undefined) return null;
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    if (typeof claims !== 'object' || claims === null) return null;
    const { exp, iat } = claims as Record<string, unknown>;
    if (typeof exp !== 'number') return null;
    const expiresAtMs = exp * 1000;
    return { expiresAtMs, lifetimeMs: typeof iat === 'number' ? expiresAtMs - iat * 1000 : Infinity };
  } catch {
    // Whatever it is, its end is not known; the server will say when it does not take it any more.
    return null;
  }
}

/**
 * How long before its end to renew a token: a minute, or a third of a shorter life. The second more is for the times in
 * it, which are whole seconds, rounded down.
 */
export function leewayOf({ lifetimeMs }: TokenLife): number {
  return Math.min(60_000, lifetimeMs / 3 + 1000);
}
