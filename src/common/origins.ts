import type { IncomingHttpHeaders } from 'node:http';

import type { Settings } from '../config/settings.js';

/**
 * Whether a web page of this origin may open a socket: one of the list, or one that this server has given out itself. A
 * request without `Origin` does not come from a page.
 */
export function isAllowedOrigin(
  { origin, host }: Pick<IncomingHttpHeaders, 'origin' | 'host'>,
  settings: Pick<Settings, 'CORS_ORIGINS'>,
): boolean {
  return origin === undefined || settings.CORS_ORIGINS.includes(origin) || isOwnPage(origin, host);
}

/**
 * Browsers send `Origin` with every upgrade, also to where the page came from; then its host is the one that was asked. The
 * scheme is not compared: behind a proxy that ends TLS nobody here knows it.
 */
function isOwnPage(origin: string, host: string | undefined): boolean {
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}
