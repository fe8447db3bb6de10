import { randomUUID } from 'node:crypto';

import passport, { type Strategy } from 'passport';

/**
 * Registers a strategy under a name that only this server has. Passport's names are one table for the whole process, in
 * which a second server would replace the strategy of the first, and its secret with it.
 */
export function registerUnderOwnName(strategy: Strategy): string {
  const name = randomUUID();
  passport.use(name, strategy);
  return name;
}
