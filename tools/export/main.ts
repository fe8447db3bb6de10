import { existsSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { styleText } from 'node:util';

import type { INestApplicationContext } from '@nestjs/common';

import { AttachmentStorageModule } from '../../src/attachments/storage/attachment-storage.module.js';
import { nameKeyOf } from '../../src/groups/channel-name.js';
import { GroupRecordsModule } from '../../src/groups/group-records.module.js';
import type { GroupRecord } from '../../src/groups/group.schema.js';
import { GroupsRepository } from '../../src/groups/groups.repository.js';
import { MessageRecordsModule } from '../../src/messages/message-records.module.js';
import { UserRecordsModule } from '../../src/users/user-records.module.js';
import { withDatabase } from '../support/database-context.js';
import { numberRow } from '../support/number-row.js';
import { Progress } from '../support/progress.js';
import { runTool } from '../support/run-tool.js';
import { CannotDoError } from '../support/usage-error.js';
import { readArguments, usage, type Arguments } from './arguments.js';
import { Exporting, type Exported } from './exporting.js';

const modules = [UserRecordsModule, GroupRecordsModule, MessageRecordsModule, AttachmentStorageModule];

async function main(given: readonly string[]): Promise<void> {
  const args = readArguments(given);
  if (args === null) {
    process.stdout.write(usage);
    return;
  }
  if (args.out !== undefined) await assertFree(args.out);
  const exported = await withDatabase(process.env, modules, (context) => write(context, args), { isShared: true });
  process.stdout.write(args.isJson ? `${JSON.stringify(exported)}\n` : told(exported));
  if (exported.missingFiles.length > 0) process.exitCode = 1;
}

async function write(context: INestApplicationContext, args: Arguments): Promise<Exported> {
  const group = await requireGroup(context.get(GroupsRepository, { strict: false }), args.group);
  const out = resolve(args.out ?? `${fileNameOf(group)}-${new Date().toISOString().slice(0, 10)}.jsonl`);
  if (args.out === undefined) await assertFree(out);
  return new Exporting(context, out, args, new Progress(process.stderr)).run(group);
}

/** Also one that was closed. */
async function requireGroup(groups: GroupsRepository, named: Arguments['group']): Promise<GroupRecord> {
  if ('name' in named) {
    const channel = await groups.findByNameKey(nameKeyOf(named.name));
    if (channel !== null) return channel;
    throw new CannotDoError(`There is no channel named ${named.name}. A group that is none is named by its id.`);
  }
  const [group] = await groups.findByIdsForAdmin([named.id]);
  if (group === undefined) throw new CannotDoError(`There is no group ${named.id}.`);
  return group;
}

/** Before hours of reading; nothing is overwritten. */
async function assertFree(out: string): Promise<void> {
  const folder = dirname(resolve(out));
  for (const path of [out, `${out}.files`]) {
    if (existsSync(path)) throw new CannotDoError(`${path} is there already: name another file with --out.`);
  }
  try {
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CannotDoError(`${folder} cannot be written to (${code ?? String(error)}): name another file with --out.`);
  }
}

function fileNameOf({ _id, name }: GroupRecord): string {
  const plain = (name ?? '').replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replaceAll(/^[-.]+|[-.]+$/g, '');
  return plain === '' ? _id : plain.slice(0, 60);
}

function told(exported: Exported): string {
  const { missingFiles } = exported;
  return `${[
    numberRow('messages', exported.messages, `${exported.deleted} of them deleted; as of change ${exported.rev}`),
    numberRow('members', exported.members, `${exported.people} more who wrote, reacted or are mentioned`),
    numberRow('files', exported.files, `${exported.fileBytes.toLocaleString('en-US')} bytes`),
    ...missingFiles.map((id) =>
      styleText('red', `The storage does not have the file ${id}.`, { stream: process.stdout }),
    ),
    styleText('green', `They are in ${exported.file}.`, { stream: process.stdout }),
  ].join('\n')}\n`;
}

runTool('npm run export', main);
