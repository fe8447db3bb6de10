import type { Settings } from '../config/settings.js';

/** Whether a web page of this origin may call us. A request without `Origin` does not come from a foreign page. */
export function isAllowedOrigin(origin: string | undefined, settings: Pick<Settings, 'CORS_ORIGINS'>): boolean {
  return origin === undefined || settings.CORS_ORIGINS.includes(origin);
}
