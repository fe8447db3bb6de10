import { existsSync } from 'node:fs';

import { InvalidSettings } from '../../src/config/settings.js';
import { DataDirInUseError, EmbeddedMongodbError } from '../../src/database/embedded/embedded-mongodb.error.js';
import { usernameKey } from '../../src/users/user-keys.js';
import type { UsersRepository } from '../../src/users/users.repository.js';
import { NoDatabaseError } from '../support/database-context.js';
import { readArguments, usage, UsageError, type Arguments } from './arguments.js';
import { withUsers } from './user-database.js';

interface Outcome {
  id: string;
  username: string;
  role: 'user' | 'admin';
  isChanged: boolean;
  /** Whether anybody can administer the server now. */
  hasAdmin: boolean;
}

/** There is no such user. */
class NoUserError extends Error {}

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  if (args === null) {
    process.stdout.write(usage);
    return;
  }
  if (process.env['NODE_ENV'] !== 'production' && existsSync('.env')) process.loadEnvFile('.env');
  const outcome = await withUsers(process.env, (users) => grant(users, args));
  process.stdout.write(args.isJson ? `${JSON.stringify(outcome)}\n` : `${told(outcome)}\n`);
}

async function grant(users: UsersRepository, { username, isRevoked }: Arguments): Promise<Outcome> {
  const user = await users.findByUsernameKey(usernameKey(username));
  if (user === null) throw new NoUserError(`There is no user named ${username}.`);
  const role = isRevoked ? 'user' : 'admin';
  const isChanged = user.role !== role;
  if (isChanged) await users.change(user._id, { role, updatedAt: new Date() });
  return { id: user._id, username: user.username, role, isChanged, hasAdmin: await users.hasActiveAdmin() };
}

function told({ username, role, isChanged, hasAdmin }: Outcome): string {
  const what = role === 'admin' ? 'an admin' : 'no admin';
  const nobody = hasAdmin ? '' : ' There is no active admin now.';
  return `${username} ${isChanged ? `is ${what} now` : `was ${what} already`}.${nobody}`;
}

/** What went wrong, in lines for people; `undefined` when nobody expected it. */
function explain(error: unknown): string[] | undefined {
  if (error instanceof UsageError) return [error.message, 'Try: npm run admin:grant -- --help'];
  if (error instanceof InvalidSettings) return [...error.faults];
  if (error instanceof DataDirInUseError) {
    return [
      `${error.dataDir} is in use by ${error.holder}: stop it and try again, set MONGODB_URI if it is npm run db, or let an admin do it (PATCH /users/{id}).`,
    ];
  }
  if (error instanceof NoUserError || error instanceof NoDatabaseError || error instanceof EmbeddedMongodbError) {
    return [error.message];
  }
  if (error instanceof Error && error.name.endsWith('ServerSelectionError')) {
    return [`The database does not answer (${error.message}). Check MONGODB_URI.`];
  }
  return undefined;
}

main().catch((error: unknown) => {
  const lines = explain(error) ?? [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
