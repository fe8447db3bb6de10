import type { IncomingMessage } from 'node:http';

/**
 * The token in the `Authorization` header of a request (RFC 6750, 2.1), whatever is then made of the request.
 *
 * @returns `undefined` without the header, with another scheme, with what can be no token, and with two such headers:
 *   Node would take the first of them, a proxy in front perhaps the second
 */
export function bearerToken({ headersDistinct }: Pick<IncomingMessage, 'headersDistinct'>): string | undefined {
  const [header = '', ...more] = headersDistinct['authorization'] ?? [];
  return more.length === 0 ? /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(header)?.[1] : undefined;
}
