import type { Request } from 'express';

import type { Origin } from './sessions.service.js';

/** Where a request comes from. */
export function originOf(request: Request): Origin {
  return { device: request.headers['user-agent'] ?? null, address: request.ip ?? null };
}
