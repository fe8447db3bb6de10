import { readFile } from 'node:fs/promises';
import { styleText } from 'node:util';

import { DataDirInUseError } from '../../src/database/embedded/embedded-mongodb.error.js';
import { parseLog } from '../support/irc-log.js';
import { numberRow } from '../support/number-row.js';
import { Progress } from '../support/progress.js';
import { runTool } from '../support/run-tool.js';
import { readArguments, usage } from './arguments.js';
import { withSeedDatabase } from './seed-database.js';
import { NotEmptyError, seed, type Seeded } from './seeding.js';

/** Names and words are taken from it; two folders up from the compiled program. */
const log = new URL('../../../test/data/irc/2008-04-27.raw.txt', import.meta.url);

async function main(given: readonly string[]): Promise<void> {
  const args = readArguments(given);
  if (args === null) {
    process.stdout.write(usage);
    return;
  }
  const { chat, speakers } = parseLog(await readFile(log, 'utf8'));
  const texts = { nicks: speakers, lines: chat.map(({ content }) => content) };
  const progress = new Progress(process.stderr);
  try {
    const seeded = await withSeedDatabase(process.env, (database) => seed(database, args, texts, progress));
    process.stdout.write(args.isJson ? `${JSON.stringify(seeded)}\n` : printed(seeded));
  } finally {
    progress.stop();
  }
}

function printed(seeded: Seeded): string {
  const { login, database } = seeded;
  const row = (title: string, value: number, note = '') => numberRow(title, value, note, 20);
  return `${[
    row(
      'people',
      seeded.users,
      `all with the password ${login.password}; one who is in many groups: ${login.username}`,
    ),
    row('groups', seeded.groups),
    row('memberships', seeded.memberships),
    row('messages', seeded.messages),
    row('seconds', seeded.seconds, `${seeded.indexSeconds} of them for the indexes`),
    row('messages a second', seeded.messagesPerSecond),
    styleText('green', `They are in ${database}.`, { stream: process.stdout }),
  ].join('\n')}\n`;
}

runTool('npm run seed', main, (error) => {
  if (error instanceof DataDirInUseError) {
    return `${error.message}; or, when it is npm run db that serves it, set MONGODB_URI to what that printed.`;
  }
  if (error instanceof NotEmptyError) return error.message;
  const isDouble = error instanceof Error && 'code' in error && error.code === 11_000;
  return isDouble ? 'The same people are there already: take another --seed.' : null;
});
