import type { INestApplicationContext } from '@nestjs/common';

import { AttachmentRecordsModule } from '../../src/attachments/attachment-records.module.js';
import { AttachmentsRepository } from '../../src/attachments/attachments.repository.js';
import { ContentTypes } from '../../src/attachments/content/content-types.js';
import { AttachmentStorageModule } from '../../src/attachments/storage/attachment-storage.module.js';
import { AttachmentStorage } from '../../src/attachments/storage/attachment-storage.js';
import { Clock } from '../../src/common/clock.js';
import { SETTINGS } from '../../src/config/config.module.js';
import type { Settings } from '../../src/config/settings.js';
import { GroupRecordsModule } from '../../src/groups/group-records.module.js';
import { GroupsRepository } from '../../src/groups/groups.repository.js';
import { MembershipsRepository } from '../../src/groups/memberships.repository.js';
import { LogArchiveRepository } from '../../src/messages/log/log-archive.repository.js';
import { LogRepository } from '../../src/messages/log/log.repository.js';
import { MessageRecordsModule } from '../../src/messages/message-records.module.js';
import { SearchEntriesRepository } from '../../src/search/search-entries.repository.js';
import { SearchRecordsModule } from '../../src/search/search-records.module.js';
import { UserRecordsModule } from '../../src/users/user-records.module.js';
import type { UserRecord } from '../../src/users/user.schema.js';
import { UsersRepository } from '../../src/users/users.repository.js';
import { withDatabase } from '../support/database-context.js';
import { Progress } from '../support/progress.js';
import { requireUser } from '../support/require-user.js';
import { runTool } from '../support/run-tool.js';
import { CannotDoError, UsageError } from '../support/usage-error.js';
import { readArguments, usage, type Arguments } from './arguments.js';
import { ImportedFiles } from './files.js';
import type { ImportSource } from './import-source.js';
import { readIrc } from './irc-source.js';
import { readJsonl } from './jsonl-source.js';
import { LogImport } from './log-import.js';
import { castOf } from './people.js';
import { printedSummary, summaryOf, type Summary } from './summary.js';
import { membersOf, openGroup, targetOf, type Target } from './target.js';

const modules = [
  UserRecordsModule,
  GroupRecordsModule,
  MessageRecordsModule,
  AttachmentRecordsModule,
  AttachmentStorageModule,
  SearchRecordsModule,
];

async function main(given: readonly string[]): Promise<void> {
  const args = readArguments(given);
  if (args === null) {
    process.stdout.write(usage);
    return;
  }
  // Before the database is opened: a file that is no good needs none.
  const source = args.format === 'irc' ? await readIrc(args.file, args) : await readJsonl(args.file);
  const progress = new Progress(process.stderr);
  try {
    const work = (context: INestApplicationContext) => take(context, args, source, progress);
    const summary = await withDatabase(process.env, modules, work, { isShared: true, isMade: true });
    process.stdout.write(args.isJson ? `${JSON.stringify(summary)}\n` : printedSummary(summary));
  } finally {
    progress.stop();
  }
}

async function take(
  context: INestApplicationContext,
  args: Arguments,
  source: ImportSource,
  progress: Progress,
): Promise<Summary> {
  const strict = { strict: false };
  const users = context.get(UsersRepository, strict);
  const groups = context.get(GroupsRepository, strict);
  const memberships = context.get(MembershipsRepository, strict);
  const now = context.get(Clock, strict).now();

  const target = await targetOf(source.group, args.group, groups);
  const owner = await ownerOf(args, source, target, users);
  progress.start('people  ', source.people.size);
  const cast = await castOf(source.people, target.id, users, args);
  progress.stop();
  const files = new ImportedFiles(
    args.file,
    context.get(AttachmentsRepository, strict),
    context.get(AttachmentStorage, strict),
    new ContentTypes(context.get<Settings>(SETTINGS, strict)),
  );
  const log = new LogImport(
    target.id,
    cast.ids,
    context.get(LogRepository, strict),
    context.get(LogArchiveRepository, strict),
    context.get(SearchEntriesRepository, strict),
    files,
    {
      mayMoveTimes: args.mayMoveTimes,
      now,
      skipped: source.skipped,
      onStep: (count) => {
        progress.step(count);
      },
    },
  );
  progress.start('messages', source.total);
  const { lastSeq } = await log.run(source.messages());
  progress.stop();
  if (target.isNew) {
    const members = membersOf(source.members, cast.ids, owner?._id);
    await openGroup(target, members, lastSeq, now, { groups, memberships });
  }
  return summaryOf({ args, source, target, cast, counts: log.counts, files });
}

/** Of a new group. */
async function ownerOf(
  { owner: named }: Arguments,
  { members }: ImportSource,
  { isNew }: Target,
  users: UsersRepository,
): Promise<UserRecord | undefined> {
  if (named !== undefined) {
    const owner = await requireUser(users, named);
    if (owner.isActive) return owner;
    throw new CannotDoError(`The account of ${owner.username} is not active: it cannot own a group.`);
  }
  if (isNew && !members.some(({ role }) => role === 'owner')) {
    throw new UsageError('A new group needs an owner: name a user with --owner');
  }
  return undefined;
}

runTool('npm run import', main);
