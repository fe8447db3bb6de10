import { Injectable, Logger } from '@nestjs/common';

import { ConversationTitlesRepository } from '../conversation-titles.repository.js';
import { numbersOf, unionOf } from '../conversation-numbers.js';
import type { ConversationRecord } from '../conversation.schema.js';
import { ConversationsRepository } from '../conversations.repository.js';
import type { LineRow } from '../line-row.js';
import { projectIdOf, type ConversationId, type FileId, type ProjectId } from '../observatory-ids.js';
import type { ProjectRecord } from '../project.schema.js';
import { ProjectsRepository } from '../projects.repository.js';
import { SegmentsRepository, type NotedSegment } from '../segments.repository.js';
import type { TranscriptFileRecord } from '../transcript-file.schema.js';
import { TranscriptFilesRepository } from '../transcript-files.repository.js';
import { transcriptAt } from '../transcript-path.js';
import { ReadingNews } from './reading-news.js';

/** A file that was read to its end, and the conversations of its new lines. */
interface WrittenFile {
  file: TranscriptFileRecord;
  conversations: readonly ConversationId[];
}

const together = 20;
const retryMs = 500;
const projectsEveryMs = 1_000;

/**
 * Makes conversations and projects out of what was noted of their lines: always from all of it, so that what they say does
 * not depend on the way to it. A file counts as folded only afterwards: what a crash left undone is done at the next start.
 */
@Injectable()
export class Folding {
  private readonly logger = new Logger(Folding.name);
  private readonly dirty = new Set<ConversationId>();
  private readonly dirtyProjects = new Set<ProjectId>();
  private projectsFoldedAt = 0;
  /** Of the files of which something was noted. */
  private readonly paths = new Map<FileId, string>();
  private readonly gone = new Set<FileId>();
  private readonly dirtyTitles = new Set<string>();
  private readonly dirtyFiles = new Map<string, TranscriptFileRecord>();
  private readonly titles = new Map<string, string>();
  private readonly forgotten = new Set<ProjectId>();
  private running: Promise<void> | null = null;
  private isStopped = false;

  constructor(
    private readonly segments: SegmentsRepository,
    private readonly conversations: ConversationsRepository,
    private readonly projects: ProjectsRepository,
    private readonly files: TranscriptFilesRepository,
    private readonly titleRecords: ConversationTitlesRepository,
    private readonly news: ReadingNews,
  ) {}

  /** Before anything is read: the titles that are known, and what was left undone. */
  async start(files: readonly TranscriptFileRecord[], forgotten: Iterable<ProjectId>): Promise<void> {
    for (const projectId of forgotten) this.forgotten.add(projectId);
    for (const file of files) this.know(file);
    const titles = await this.titleRecords.listAll();
    for (const { _id, ranked } of titles) this.titles.set(_id, ranked);
    await this.takeTitles(new Map(titles.filter(({ isFolded }) => !isFolded).map(({ _id, ranked }) => [_id, ranked])));
    const unfolded = files.filter(({ isFolded }) => !isFolded);
    for (const file of unfolded) {
      this.take([{ file, conversations: await this.segments.conversationsIn(file._id) }]);
    }
  }

  /** Files whose lines are written. */
  take(read: readonly WrittenFile[]): void {
    for (const { file, conversations } of read) {
      this.know(file);
      this.dirtyFiles.set(file._id, file);
      for (const id of conversations) this.dirty.add(id);
    }
    this.wake();
  }

  /** Conversations of which some lines are no longer known: of what is left of them they are made anew. */
  foldAgain(ids: readonly ConversationId[]): void {
    for (const id of ids) this.dirty.add(id);
    this.wake();
  }

  /** Titles that are written: a summary may speak of a line that was read long ago, in another file. */
  async takeTitles(titles: ReadonlyMap<string, string>): Promise<void> {
    for (const [leafUuid, ranked] of titles) {
      const known = this.titles.get(leafUuid);
      if (known === undefined || known < ranked) this.titles.set(leafUuid, ranked);
      this.dirtyTitles.add(leafUuid);
      for (const id of await this.segments.conversationsWith(leafUuid)) this.dirty.add(id);
    }
    this.wake();
  }

  /** From here on nothing of a project is written. */
  async forget(projectId: ProjectId): Promise<void> {
    this.forgotten.add(projectId);
    await this.drained();
  }

  remind(projectId: ProjectId): void {
    this.forgotten.delete(projectId);
  }

  /** Resolves when nothing is left to fold. */
  async drained(): Promise<void> {
    while (this.running !== null) await this.running;
  }

  stop(): void {
    this.isStopped = true;
  }

  private know({ _id, path, state }: TranscriptFileRecord): void {
    this.paths.set(_id, path);
    if (state === 'gone') this.gone.add(_id);
    else this.gone.delete(_id);
  }

  private get hasWork(): boolean {
    return this.dirty.size > 0 || this.dirtyFiles.size > 0 || this.dirtyTitles.size > 0;
  }

  private wake(): void {
    if (this.running !== null || this.isStopped || !this.hasWork) return;
    this.running = this.foldAll().finally(() => {
      this.running = null;
      if (this.hasWork) this.wake();
    });
  }

  private async foldAll(): Promise<void> {
    while (!this.isStopped && this.hasWork) {
      const ids = Array.from(this.dirty).slice(0, together);
      // As of now: what comes while these are folded is folded next.
      const isLast = ids.length === this.dirty.size;
      const files = isLast ? Array.from(this.dirtyFiles.values()) : [];
      const titles = isLast ? Array.from(this.dirtyTitles) : [];
      for (const id of ids) this.dirty.delete(id);
      for (const { _id } of files) this.dirtyFiles.delete(_id);
      for (const leafUuid of titles) this.dirtyTitles.delete(leafUuid);
      try {
        await this.fold(ids);
        if (isLast || performance.now() - this.projectsFoldedAt > projectsEveryMs) await this.foldProjects();
        await this.files.setFolded(files);
        await this.titleRecords.setFolded(titles);
      } catch (error) {
        // All of it can be done again; nothing else waits for it.
        this.logger.warn({ err: error }, 'conversations could not be folded; it is tried again');
        for (const id of ids) this.dirty.add(id);
        for (const file of files) if (!this.dirtyFiles.has(file._id)) this.dirtyFiles.set(file._id, file);
        for (const leafUuid of titles) this.dirtyTitles.add(leafUuid);
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }

  private async fold(ids: readonly ConversationId[]): Promise<void> {
    if (ids.length === 0) return;
    const records: ConversationRecord[] = [];
    let parts: NotedSegment[] = [];
    const end = () => {
      const record = this.conversationOf(parts);
      if (record !== null) records.push(record);
      parts = [];
    };
    for await (const part of this.segments.ofConversations(ids)) {
      if (parts.length > 0 && parts[0]?.conversationId !== part.conversationId) end();
      parts.push(part);
    }
    end();
    const before = await this.conversations.findByIds(ids);
    await this.conversations.write(records);
    for (const { projectId } of [...before, ...records]) this.dirtyProjects.add(projectId);
    if (records.length > 0) this.news.tell({ kind: 'folded', conversations: records, projects: [] });
  }

  /** Once for many conversations: while all files are read for the first time, all of them are of a few projects. */
  private async foldProjects(): Promise<void> {
    const projects: ProjectRecord[] = [];
    for (const id of this.dirtyProjects) {
      this.dirtyProjects.delete(id);
      const { count, lastActivityAt } = await this.conversations.ofProject(id);
      const hasTime = lastActivityAt !== null && lastActivityAt.getTime() > 0;
      const project = await this.projects.change(id, { conversationCount: count, ...(hasTime && { lastActivityAt }) });
      if (project !== null) projects.push(project);
    }
    this.projectsFoldedAt = performance.now();
    if (projects.length > 0) this.news.tell({ kind: 'folded', conversations: [], projects });
  }

  private conversationOf(parts: readonly NotedSegment[]): ConversationRecord | null {
    const rows = unionOf(parts).map(({ row }) => row);
    const projectId = this.projectOf(parts);
    const [first] = parts;
    if (first === undefined || rows.length === 0 || projectId === null || this.forgotten.has(projectId)) return null;
    const { firstQuestion, lastActivityAt, ...numbers } = numbersOf(rows);
    return {
      _id: first.conversationId,
      sessionId: first.sessionId,
      projectId,
      ...numbers,
      title: this.titleOf(rows) ?? firstQuestion,
      lastActivityAt: lastActivityAt ?? new Date(0),
    };
  }

  /** The summary of its latest line that has one. */
  private titleOf(rows: readonly LineRow[]): string | null {
    if (this.titles.size === 0) return null;
    const leaf = rows.findLast(({ id }) => this.titles.has(id));
    const ranked = leaf === undefined ? undefined : this.titles.get(leaf.id);
    return ranked === undefined ? null : ranked.slice(ranked.indexOf('|') + 1);
  }

  /** That of the file which has its name; of others the first by name. One that is gone counts when no other is there. */
  private projectOf(parts: readonly NotedSegment[]): ProjectId | null {
    const sessionId = parts[0]?.sessionId;
    const there = parts.filter(({ fileId }) => !this.gone.has(fileId));
    const paths = (there.length > 0 ? there : parts).flatMap(({ fileId }) => this.paths.get(fileId) ?? []).sort();
    const own = paths.find((path) => path.split('/').length === 2 && transcriptAt(path)?.sessionId === sessionId);
    const folder = (own ?? paths[0])?.split('/', 1)[0];
    return folder === undefined ? null : projectIdOf(folder);
  }
}
