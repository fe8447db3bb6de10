/** The last second that a `Date` can name. */
const lastSecond = 8_640_000_000_000;

/**
 * Whether the times in a token can be true: whole seconds since 1970 (RFC 7519, 2; it lets fractions through, which no
 * issuer needs and which a revocation by the second would have to round). What is not there is not wrong.
 *
 * @param claims of a token whose signature was checked: that does not make them sensible
 */
export function hasPossibleTimes(claims: Readonly<Record<string, unknown>>): boolean {
  return [claims['exp'], claims['iat'], claims['nbf']].every((time) => time === undefined || isPossible(time));
}

function isPossible(time: unknown): boolean {
  return Number.isInteger(time) && Number(time) >= 0 && Number(time) <= lastSecond;
}
