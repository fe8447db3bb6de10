import { AttachmentRecordsModule } from '../../src/attachments/attachment-records.module.js';
import { AttachmentsRepository } from '../../src/attachments/attachments.repository.js';
import { AttachmentStorageModule } from '../../src/attachments/storage/attachment-storage.module.js';
import { AttachmentStorage } from '../../src/attachments/storage/attachment-storage.js';
import { DataDirInUseError } from '../../src/database/embedded/embedded-mongodb.error.js';
import { withDatabase } from '../support/database-context.js';
import { Progress } from '../support/progress.js';
import { runTool } from '../support/run-tool.js';
import { readArguments, usage } from './arguments.js';
import { Check, type Findings } from './check.js';

async function main(given: readonly string[]): Promise<void> {
  const args = readArguments(given);
  if (args === null) {
    process.stdout.write(usage);
    return;
  }
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

runTool('npm run attachments:check', main, (error) =>
  error instanceof DataDirInUseError
    ? `${error.dataDir} is in use by ${error.holder}: stop it and try again, or set MONGODB_URI if it is npm run db.`
    : null,
);
