import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type { INestApplicationContext } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';

import { newSession } from '../../src/auth/new-session.js';
import { SessionRecordsModule } from '../../src/auth/session-records.module.js';
import { SessionsRepository } from '../../src/auth/sessions.repository.js';
import { jwtOptions, TokensService } from '../../src/auth/tokens.service.js';
import { Clock } from '../../src/common/clock.js';
import { SETTINGS } from '../../src/config/config.module.js';
import { readSettings, type Settings } from '../../src/config/settings.js';
import { UserRecordsModule } from '../../src/users/user-records.module.js';
import { UsersRepository } from '../../src/users/users.repository.js';
import { withDatabase } from '../support/database-context.js';
import { requireUser } from '../support/require-user.js';
import { runTool } from '../support/run-tool.js';
import { CannotDoError } from '../support/usage-error.js';
import { readArguments, usage, type Arguments } from './arguments.js';

interface IssuedToken {
  accessToken: string;
  tokenType: 'Bearer';
  userId: string;
  username: string;
  sessionId: string;
  expiresAt: string;
}

async function main(given: readonly string[]): Promise<void> {
  const args = readArguments(given);
  if (args === null) {
    process.stdout.write(usage);
    return;
  }
  assertAllowed(args);
  const modules = [UserRecordsModule, SessionRecordsModule];
  const issued = await withDatabase(process.env, modules, (context) => issue(context, args), { isShared: true });
  process.stdout.write(args.isJson ? `${JSON.stringify(issued)}\n` : `${issued.accessToken}\n`);
}

/** Before anything is touched. */
function assertAllowed({ isForProduction }: Arguments): void {
  const { isProduction, JWT_SECRET, DATA_DIR } = readSettings(process.env);
  if (isProduction && !isForProduction) {
    throw new CannotDoError(
      'This is production: whoever has the token is the user. If that is what you want: --yes-in-production',
    );
  }
  // One that is made now would be no server's.
  if (JWT_SECRET === undefined && !existsSync(join(DATA_DIR, 'jwt-secret'))) {
    throw new CannotDoError(
      `There is no secret in ${resolve(DATA_DIR)}: set DATA_DIR or JWT_SECRET to what the server has.`,
    );
  }
}

async function issue(context: INestApplicationContext, { user: named, ttlMs }: Arguments): Promise<IssuedToken> {
  const user = await requireUser(context.get(UsersRepository, { strict: false }), named);
  if (!user.isActive) {
    throw new CannotDoError(`The account of ${user.username} is not active: no token of it is taken.`);
  }
  const settings: Settings = { ...context.get<Settings>(SETTINGS), ACCESS_TOKEN_TTL: ttlMs };
  const tokens = new TokensService(new JwtService(jwtOptions(settings)), settings);
  const now = context.get(Clock).now();
  const expiresAt = new Date(now.getTime() + ttlMs);
  const session = newSession(user._id, { device: 'npm run token:issue', address: null }, now, expiresAt);
  await context.get(SessionsRepository, { strict: false }).insert(session);
  return {
    accessToken: tokens.makeAccessToken(session, user.role),
    tokenType: 'Bearer',
    userId: user._id,
    username: user.username,
    sessionId: session._id,
    expiresAt: expiresAt.toISOString(),
  };
}

runTool('npm run token:issue', main);
