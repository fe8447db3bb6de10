import { existsSync } from 'node:fs';

import { AttachmentRecordsModule } from '../../src/attachments/attachment-records.module.js';
import { AttachmentsRepository } from '../../src/attachments/attachments.repository.js';
import { AttachmentStorageModule } from '../../src/attachments/storage/attachment-storage.module.js';
import { AttachmentStorage } from '../../src/attachments/storage/attachment-storage.js';
import { InvalidSettings } from '../../src/config/settings.js';
import { DataDirInUseError, EmbeddedMongodbError } from '../../src/database/embedded/embedded-mongodb.error.js';
import { NoDatabaseError, withDatabase } from '../support/database-context.js';
import { Progress } from '../support/progress.js';
import { readArguments, usage, UsageError } from './arguments.js';
import { Check, type Findings } from './check.js';

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  if (args === null) {
    process.stdout.write(usage);
    return;
  }
  if (process.env['NODE_ENV'] !== 'production' && existsSync('.env')) process.loadEnvFile('.env');
  const modules = [AttachmentRecordsModule, AttachmentStorageModule];
  const findings = await withDatabase(process.env, modules, (context) =>
    new Check(
      context.get(AttachmentsRepository, { strict: false }),
      context.get(AttachmentStorage, { strict: false }),
      new Progress(process.stderr),
    ).run(args),
  );
  process.stdout.write(args.isJson ? `${JSON.stringify(findings)}\n` : told(findings));
  if (isWrong(findings)) process.exitCode = 1;
}

/** Whether something is wrong, and stays so. */
function isWrong({ isFixed, damaged, ...others }: Findings): boolean {
  const { bytesWithoutFile, filesWithoutBytes, lostThumbnails, brokenUploads } = others;
  const fixable = [bytesWithoutFile, filesWithoutBytes, lostThumbnails, brokenUploads];
  return damaged.length > 0 || (!isFixed && fixable.some((found) => found.length > 0));
}

function told(findings: Findings): string {
  const { files, isFixed } = findings;
  const fixed = isFixed ? ' (removed)' : '';
  const lines = [
    `${files} files`,
    ...listed(`bytes that belong to no file${fixed}`, findings.bytesWithoutFile),
    ...listed(`files whose bytes are lost${fixed}`, findings.filesWithoutBytes),
    ...listed('damaged files', findings.damaged),
    ...listed(`lost thumbnails${isFixed ? ' (to be made again)' : ''}`, findings.lostThumbnails),
    ...listed(`remains of broken uploads${fixed}`, findings.brokenUploads),
  ];
  return `${[...lines, ...(lines.length === 1 ? ['Nothing is wrong.'] : [])].join('\n')}\n`;
}

function listed(title: string, found: readonly string[]): string[] {
  return found.length === 0 ? [] : [`${found.length} ${title}:`, ...found.map((one) => `  ${one}`)];
}

/** What went wrong, in lines for people; `undefined` when nobody expected it. */
function explain(error: unknown): string[] | undefined {
  if (error instanceof UsageError) return [error.message, 'Try: npm run attachments:check -- --help'];
  if (error instanceof InvalidSettings) return [...error.faults];
  if (error instanceof DataDirInUseError) {
    return [
      `${error.dataDir} is in use by ${error.holder}: stop it and try again, or set MONGODB_URI if it is npm run db.`,
    ];
  }
  if (error instanceof NoDatabaseError || error instanceof EmbeddedMongodbError) return [error.message];
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
