import type { IncomingHttpHeaders } from 'node:http';

import type { Settings } from '../config/settings.js';

/**
 * Whether the page that a request comes from may call us: one of this server, or of an origin on the list. A request
 * without `Origin` does not come from a page. Sockets carry a token and no cookie, so a page that gets in by a made-up
 * name (DNS rebinding) can do no more with it than any program could.
 */
export function isAllowedOrigin(
  { origin, host }: Pick<IncomingHttpHeaders, 'origin' | 'host'>,
  settings: Pick<Settings, 'CORS_ORIGINS'>,
): boolean {
  return origin === undefined || settings.CORS_ORIGINS.includes(origin) || isOwnPage(origin, host);
}

/** Schemes are not compared: a proxy speaks https to the browser and http to us. */
function isOwnPage(origin: string, host: string | undefined): boolean {
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
