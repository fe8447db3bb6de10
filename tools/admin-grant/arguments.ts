import { flag, readOptions } from '../support/read-options.js';
import { UsageError } from '../support/usage-error.js';

export const usage = `Makes a user an admin, in the database that the settings name.

  npm run admin:grant -- <name or id> [options]

Works on the MongoDB of MONGODB_URI, whether a server runs or not, and on the embedded database of DATA_DIR while
no server runs. What admins may do is checked against the database each time, so it holds at once.

  --revoke  takes the role away again
  --json    prints the result as JSON
  --help    prints this
`;

export interface Arguments {
  username: string;
  isRevoked: boolean;
  isJson: boolean;
}

/**
 * Reads the command line.
 *
 * @returns `null` when help is asked for
 * @throws UsageError
 */
export function readArguments(args: readonly string[]): Arguments | null {
  const options = { revoke: flag, json: flag, help: flag };
  const { values, positionals } = readOptions(args, { options, allowPositionals: true });
  if (values.help) return null;
  const [username, ...others] = positionals;
  if (username === undefined || others.length > 0) throw new UsageError('Name one user: npm run admin:grant -- ada');
  return { username, isRevoked: values.revoke, isJson: values.json };
}
