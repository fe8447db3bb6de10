import { DataDirInUseError } from '../../src/database/embedded/embedded-mongodb.error.js';
import { UserRecordsModule } from '../../src/users/user-records.module.js';
import { UsersRepository } from '../../src/users/users.repository.js';
import { withDatabase } from '../support/database-context.js';
import { requireUser } from '../support/require-user.js';
import { runTool } from '../support/run-tool.js';
import { readArguments, usage, type Arguments } from './arguments.js';

interface Outcome {
  id: string;
  username: string;
  role: 'user' | 'admin';
  isChanged: boolean;
  /** Whether anybody can administer the server now. */
  hasAdmin: boolean;
}

async function main(given: readonly string[]): Promise<void> {
  const args = readArguments(given);
  if (args === null) {
    process.stdout.write(usage);
    return;
  }
  const outcome = await withDatabase(process.env, [UserRecordsModule], (context) =>
    grant(context.get(UsersRepository, { strict: false }), args),
  );
  process.stdout.write(args.isJson ? `${JSON.stringify(outcome)}\n` : `${told(outcome)}\n`);
}

async function grant(users: UsersRepository, { username, isRevoked }: Arguments): Promise<Outcome> {
  const user = await requireUser(users, username);
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

runTool('npm run admin:grant', main, (error) =>
  error instanceof DataDirInUseError
    ? `${error.dataDir} is in use by ${error.holder}: stop it and try again, set MONGODB_URI if it is npm run db, or let an admin do it (PATCH /users/{id}).`
    : null,
);
