import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { finished, pipeline } from 'node:stream/promises';

import type { INestApplicationContext } from '@nestjs/common';

import { AttachmentStorage, NotStoredError } from '../../src/attachments/storage/attachment-storage.js';
import { storageKeys } from '../../src/attachments/storage-keys.js';
import { Clock } from '../../src/common/clock.js';
import type { AttachmentId, UserId } from '../../src/common/ids.js';
import type { GroupRecord } from '../../src/groups/group.schema.js';
import { MembershipsRepository } from '../../src/groups/memberships.repository.js';
import { LogArchiveRepository } from '../../src/messages/log/log-archive.repository.js';
import { LogRepository } from '../../src/messages/log/log.repository.js';
import type { UserRecord } from '../../src/users/user.schema.js';
import { UsersRepository } from '../../src/users/users.repository.js';
import type { ExportEnd, ExportLine, MessageLine } from '../support/export-lines.js';
import { jsonLinesOf } from '../support/json-lines.js';
import type { Progress } from '../support/progress.js';
import { CannotDoError } from '../support/usage-error.js';
import { LogSnapshot } from './log-snapshot.js';
import { namedIn, toHead, toMemberLine, toMessageLine, toPerson } from './lines.js';

/** What was written. */
export interface Exported extends Omit<ExportEnd, 'type'> {
  group: { id: string; name: string | null };
  rev: number;
  file: string;
  /** Ids of attachments whose bytes the storage does not have. */
  missingFiles: string[];
}

const pageSize = 500;

/**
 * Writes the history of a group. The log goes to a draft first, since what is changed meanwhile is known only when it
 * has been read; then the file is made of it, and appears under its name in one step.
 */
export class Exporting {
  private readonly users: UsersRepository;
  private readonly memberships: MembershipsRepository;
  private readonly log: LogRepository;
  private readonly archive: LogArchiveRepository;
  private readonly storage: AttachmentStorage;
  private readonly clock: Clock;
  private readonly draft: string;
  private readonly part: string;
  private readonly folder: string;
  /** It is made with the first file. */
  private hasFolder = false;

  constructor(
    context: INestApplicationContext,
    private readonly out: string,
    private readonly options: { hasFiles: boolean },
    private readonly progress: Progress,
  ) {
    const get = { strict: false };
    this.users = context.get(UsersRepository, get);
    this.memberships = context.get(MembershipsRepository, get);
    this.log = context.get(LogRepository, get);
    this.archive = context.get(LogArchiveRepository, get);
    this.storage = context.get(AttachmentStorage, get);
    this.clock = context.get(Clock, get);
    this.draft = `${out}.draft`;
    this.part = `${out}.part`;
    this.folder = `${out}.files`;
  }

  /** @throws CannotDoError, what the file system throws, or the driver; then nothing of it stands there any more */
  async run(group: GroupRecord): Promise<Exported> {
    try {
      return await this.write(group);
    } catch (error) {
      // Else the next try would find the place taken.
      if (this.hasFolder) await rm(this.folder, { recursive: true, force: true });
      throw error;
    } finally {
      this.progress.stop();
      await rm(this.draft, { force: true });
      await rm(this.part, { force: true });
    }
  }

  private async write(group: GroupRecord): Promise<Exported> {
    const snapshot = await LogSnapshot.of(this.log, this.archive, group._id);
    this.progress.start('messages', snapshot.size);
    await this.writeDraft(snapshot);
    this.progress.stop();
    const { end, changed } = await snapshot.settle(this.log);
    const changedLines = new Map([...changed].map(([seq, record]) => [seq, toMessageLine(record, this.pathOf)]));
    const lines = new LineFile(this.part);
    await lines.write(toHead(group, end, this.clock.now()));
    const { members, people } = await this.writePeople(lines, group, await this.named(changedLines));
    const counts = { members, people, messages: 0, deleted: 0, files: 0, fileBytes: 0 };
    const missingFiles: string[] = [];
    this.progress.start('lines   ', end.lastSeq);
    for await (const line of this.settled(changedLines)) {
      for (const file of this.options.hasFiles ? line.attachments : []) {
        if (await this.copyFile(file.id)) {
          counts.files += 1;
          counts.fileBytes += file.size;
        } else {
          missingFiles.push(file.id);
          file.path = null;
        }
      }
      await lines.write(line);
      counts.messages += 1;
      if (line.deletedAt !== null) counts.deleted += 1;
      this.progress.step();
    }
    const sha256 = lines.sha256();
    await lines.write({ type: 'end', ...counts, sha256 });
    await lines.close();
    await rename(this.part, this.out);
    const { _id: id, name } = group;
    return { group: { id, name }, rev: end.rev, file: this.out, ...counts, sha256, missingFiles };
  }

  private readonly pathOf = (id: string): string | null =>
    this.options.hasFiles ? `${basename(this.folder)}/${id}` : null;

  private async writeDraft(snapshot: LogSnapshot): Promise<void> {
    const draft = new LineFile(this.draft);
    for await (const record of snapshot.walk()) {
      await draft.write(toMessageLine(record, this.pathOf));
      this.progress.step();
    }
    await draft.close();
  }

  /** The draft with what was changed meanwhile in its place, and what was said meanwhile behind it. */
  private async *settled(changed: ReadonlyMap<number, MessageLine>): AsyncGenerator<MessageLine> {
    let last = 0;
    for await (const line of this.drafted()) {
      yield changed.get(line.seq) ?? line;
      last = line.seq;
    }
    const later = [...changed.values()].filter(({ seq }) => seq > last);
    yield* later.sort((one, other) => one.seq - other.seq);
  }

  private async *drafted(): AsyncGenerator<MessageLine> {
    for await (const line of jsonLinesOf(createReadStream(this.draft))) yield JSON.parse(line ?? '') as MessageLine;
  }

  /** Everyone whom a message names. */
  private async named(changed: ReadonlyMap<number, MessageLine>): Promise<Set<string>> {
    const named = new Set<string>();
    for await (const line of this.settled(changed)) for (const id of namedIn(line)) named.add(id);
    return named;
  }

  private async writePeople(
    lines: LineFile,
    group: GroupRecord,
    named: Set<string>,
  ): Promise<{ members: number; people: number }> {
    const counts = { members: 0, people: 0 };
    for (let after: string | undefined; ;) {
      const page = await this.memberships.listOfGroup(group._id, { after }, pageSize);
      const users = await this.usersById(page.map(({ userId }) => userId));
      for (const membership of page) {
        named.delete(membership.userId);
        const user = users.get(membership.userId);
        if (user === undefined) continue;
        await lines.write(toMemberLine(membership, user));
        counts.members += 1;
      }
      if (page.length < pageSize) break;
      after = page.at(-1)?.userId;
    }
    const others = [...named].sort() as UserId[];
    for (let first = 0; first < others.length; first += pageSize) {
      for (const user of (await this.usersById(others.slice(first, first + pageSize))).values()) {
        await lines.write({ type: 'person', user: toPerson(user) });
        counts.people += 1;
      }
    }
    return counts;
  }

  private async usersById(ids: readonly UserId[]): Promise<Map<string, UserRecord>> {
    return new Map((await this.users.findByIds(ids)).map((user) => [user._id as string, user]));
  }

  /** @returns false when the storage does not have it */
  private async copyFile(id: string): Promise<boolean> {
    if (!this.hasFolder) await mkdir(this.folder, { mode: 0o700 });
    this.hasFolder = true;
    const path = join(this.folder, id);
    try {
      await pipeline(
        await this.storage.read(storageKeys.content(id as AttachmentId)),
        createWriteStream(path, { mode: 0o600 }),
      );
      return true;
    } catch (error) {
      await rm(path, { force: true });
      if (error instanceof NotStoredError) return false;
      throw error;
    }
  }
}

/** A file of lines, with the hash of what was written; no more of it is in memory than a stream holds. */
class LineFile {
  private readonly hash = createHash('sha256');
  private readonly stream;

  constructor(private readonly path: string) {
    // Whoever may read the database may read this; nobody else by default.
    this.stream = createWriteStream(path, { mode: 0o600 });
    // A failure is thrown by the write that meets it, or by the close.
    this.stream.on('error', () => undefined);
  }

  async write(line: ExportLine): Promise<void> {
    const text = `${JSON.stringify(line)}\n`;
    this.hash.update(text);
    if (this.stream.errored !== null) throw this.unwritable(this.stream.errored);
    if (this.stream.write(text)) return;
    await once(this.stream, 'drain').catch((error: unknown) => {
      throw this.unwritable(error);
    });
  }

  sha256(): string {
    return this.hash.copy().digest('hex');
  }

  async close(): Promise<void> {
    this.stream.end();
    await finished(this.stream).catch((error: unknown) => {
      throw this.unwritable(error);
    });
  }

  /** For reasons that are known when it is tried only: the disk is full, or takes no files at all. */
  private unwritable(error: unknown): Error {
    const { code } = error as NodeJS.ErrnoException;
    return new CannotDoError(
      `${this.path} cannot be written (${code ?? String(error)}): name another file with --out.`,
    );
  }
}
