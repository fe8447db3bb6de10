import type { IncomingMessage } from 'node:http';

/** The value of a cookie of a request (RFC 6265, 5.4); the first one when a client sends several of a name. */
export function cookieOf({ headers }: Pick<IncomingMessage, 'headers'>, name: string): string | undefined {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const [key, ...value] = pair.split('=');
    if (key?.trim() === name) return value.join('=').trim();
  }
  return undefined;
}
