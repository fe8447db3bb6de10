import ms from 'ms';

import { flag, readOptions, text } from '../support/read-options.js';
import { UsageError } from '../support/usage-error.js';

export const usage = `Issues an access token for a user, for trying things: scripts, curl, a client that has no login yet.

  npm run token:issue -- --user <name or id> [options]
  TOKEN=$(npm run -s token:issue -- --user TestUser)

The token is the only thing on standard output. It is good for the server with the same settings: the same JWT_SECRET,
or the same DATA_DIR, where a server without one keeps its own. Works on the MongoDB of MONGODB_URI and on the embedded
database of DATA_DIR, whether a server runs or not. The token has a session, which stands among the user's sessions and
can be ended there.

  --user <name|id>      whose
  --ttl <time>          how long it is good, such as 90s, 15m or 12h (default 15m, at most 30d)
  --yes-in-production   also with NODE_ENV=production: whoever has the token is this user
  --json                prints token, user, session and end as JSON
  --help                prints this
`;

export interface Arguments {
  user: string;
  ttlMs: number;
  isForProduction: boolean;
  isJson: boolean;
}

const maxTtlMs = 30 * 86_400_000;

/**
 * Reads the command line.
 *
 * @returns `null` when help is asked for
 * @throws UsageError
 */
export function readArguments(args: readonly string[]): Arguments | null {
  const { values } = readOptions(args, {
    options: { user: text, ttl: { ...text, default: '15m' }, 'yes-in-production': flag, json: flag, help: flag },
  });
  if (values.help) return null;
  if (values.user === undefined) throw new UsageError('Name a user: npm run token:issue -- --user TestUser');
  return {
    user: values.user,
    ttlMs: durationOf(values.ttl),
    isForProduction: values['yes-in-production'],
    isJson: values.json,
  };
}

function durationOf(text: string): number {
  const value = /^\d+(s|m|h|d)$/.test(text) ? ms(text as ms.StringValue) : 0;
  if (value <= 0 || value > maxTtlMs) {
    throw new UsageError(`--ttl must be a time of at most 30d, such as 90s, 15m or 12h, not ${text}`);
  }
  return value;
}
