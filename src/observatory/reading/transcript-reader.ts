import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { Injectable } from '@nestjs/common';

import type { ProjectId } from '../observatory-ids.js';
import { PacksRepository } from '../packs.repository.js';
import { SegmentsRepository } from '../segments.repository.js';
import type { TranscriptFileRecord } from '../transcript-file.schema.js';
import { TranscriptFilesRepository } from '../transcript-files.repository.js';
import { toFileView } from '../transcript-file.view.js';
import type { TranscriptPath } from '../transcript-path.js';
import { BatchWriter } from './batch-writer.js';
import { Folding } from './folding.js';
import { chunksFrom, type FileLine } from './file-lines.js';
import { isSameFile, markOf } from './file-mark.js';
import { FileProgress, newFile } from './file-progress.js';
import { ReadingBatch } from './reading-batch.js';
import { ReadingNews } from './reading-news.js';

/** Reads what was added to files since they were read last, and hands it on in batches over all of them. */
@Injectable()
export class TranscriptReader {
  private batch = new ReadingBatch();
  /** How far each file is read: as it is written, or about to be. */
  private readonly records = new Map<string, TranscriptFileRecord>();
  /** Files of which something is about to be written: not to be read before it is. */
  private readonly unwritten = new Map<string, Promise<void>>();
  private readonly forgotten = new Set<ProjectId>();
  private readonly wasRead = new Set<string>();
  /** Files of which what a crash left behind is gone. */
  private readonly cleared = new Set<string>();
  private hasLeftovers = false;
  private readonly readings = new Set<Promise<void>>();
  /** Of what is read then, nobody is told line by line. */
  isFirstScan = true;

  constructor(
    private readonly segments: SegmentsRepository,
    private readonly packs: PacksRepository,
    private readonly files: TranscriptFilesRepository,
    private readonly writer: BatchWriter,
    private readonly folding: Folding,
    private readonly news: ReadingNews,
  ) {}

  /** @param forgotten projects whose files are passed over */
  async start(records: readonly TranscriptFileRecord[], forgotten: Iterable<ProjectId>): Promise<void> {
    this.hasLeftovers = !(await this.packs.isEmpty());
    for (const record of records) this.records.set(record.path, record);
    for (const record of records) if (record.offset > 0) this.wasRead.add(record.path);
    for (const projectId of forgotten) this.forgotten.add(projectId);
  }

  /** The files that are known, with how much of each there was. */
  known(): Iterable<Pick<TranscriptFileRecord, 'path' | 'bytes' | 'inode' | 'state'>> {
    return this.records.values();
  }

  find(path: string): TranscriptFileRecord | undefined {
    return this.records.get(path);
  }

  /** Reads a file to its present end. What was read may still be on its way to the database: see {@link flush}. */
  async read(root: string, transcript: TranscriptPath): Promise<void> {
    const reading = this.readOne(root, transcript);
    this.readings.add(reading);
    try {
      await reading;
    } finally {
      this.readings.delete(reading);
    }
  }

  /** A file is not there any more. What was read of it stays. */
  async markGone(path: string): Promise<void> {
    await this.written(path);
    const known = this.records.get(path);
    if (known !== undefined) await this.setState(path, known, 'gone');
  }

  /** Writes what was read. @returns when it is in the database */
  async flush(): Promise<void> {
    await this.handOver();
    await this.writer.drained();
  }

  /** From here on nothing of a project is written. */
  async forget(projectId: ProjectId): Promise<void> {
    this.forgotten.add(projectId);
    await Promise.allSettled(this.readings);
    await this.flush();
    for (const [path, record] of this.records) if (record.projectId === projectId) this.records.delete(path);
    this.writer.forget(projectId);
  }

  remind(projectId: ProjectId): void {
    this.forgotten.delete(projectId);
  }

  private async readOne(root: string, transcript: TranscriptPath): Promise<void> {
    const { path } = transcript;
    await this.written(path);
    const known = this.records.get(path) ?? newFile(transcript);
    if (this.forgotten.has(known.projectId)) return;
    const opened = openFile(join(root, path));
    if (typeof opened === 'string') {
      await this.setState(path, known, opened);
      return;
    }
    try {
      await this.readOpened(opened, transcript, known);
    } finally {
      closeSync(opened);
    }
  }

  /** What was read of a file is in the database: whoever goes on with it goes on with what stands there. */
  private async written(path: string): Promise<void> {
    const known = this.records.get(path);
    while (known !== undefined && this.batch.files.has(known._id)) await this.handOver();
    await this.unwritten.get(path);
  }

  private async readOpened(file: number, transcript: TranscriptPath, known: TranscriptFileRecord): Promise<void> {
    const { size, ino } = fstatSync(file);
    const progress = new FileProgress(transcript, known);
    const { record } = progress;
    progress.isShown = !this.isFirstScan || this.wasRead.has(transcript.path);
    if (record.offset > 0) {
      if (!isSameFile(file, size, record)) progress.restart();
    }
    await this.clear(record);
    if (record.offset > 0) {
      const trimmed = progress.resume(await this.segments.ofStretch(progress.nextStretchId));
      await this.segments.write(trimmed);
    }
    if (known.state === 'gone') {
      // It may be the one that says of which project its conversations are.
      record.isFolded = false;
      for (const id of await this.segments.conversationsIn(record._id)) progress.conversations.add(id);
    }
    Object.assign(record, { inode: ino, bytes: size, state: 'reading' });
    try {
      for (const lines of chunksFrom(file, record.offset)) {
        this.takeChunk(file, lines, progress);
        if (this.batch.isFull) await this.handOver();
        // Answers of the database, and what the server asks, come in between.
        await nextTurn();
        if (this.forgotten.has(record.projectId)) return;
      }
    } finally {
      progress.close(this.batch);
    }
    record.state = 'read';
    this.wasRead.add(transcript.path);
    if (isAsKnown(record, known)) return;
    this.reach(progress);
    this.batch.finished.push(progress);
  }

  /** What was written of lines that count as not read, before a crash: what stands in them now may be something else. */
  private async clear({ _id, path, generation, lines }: TranscriptFileRecord): Promise<void> {
    if (!this.hasLeftovers || this.cleared.has(path)) return;
    await this.packs.deleteBehind(_id, generation, lines.total);
    await this.segments.deleteBehind(_id, generation, lines.total);
    this.cleared.add(path);
  }

  private takeChunk(file: number, lines: Iterable<FileLine>, progress: FileProgress): void {
    const { record } = progress;
    const from = record.offset;
    for (const line of lines) {
      progress.take(line, this.batch);
      record.bytes = Math.max(record.bytes, line.end);
    }
    if (record.offset === from) return;
    record.mark = markOf(file, record.offset);
    this.reach(progress);
  }

  private reach(progress: FileProgress): void {
    this.batch.reach(progress.record);
    this.records.set(progress.record.path, { ...progress.record, lines: { ...progress.record.lines } });
  }

  private async handOver(): Promise<void> {
    if (this.batch.isEmpty) return;
    await this.writer.makeRoom();
    const batch = this.batch;
    if (batch.isEmpty) return;
    this.batch = new ReadingBatch();
    batch.close();
    const written = this.writer.write(batch);
    for (const { path } of batch.files.values()) {
      const isWritten = written.finally(() => {
        if (this.unwritten.get(path) === isWritten) this.unwritten.delete(path);
      });
      // Whoever waits for it learns of a failure; and the writer's own promise ends the thread.
      isWritten.catch(() => undefined);
      this.unwritten.set(path, isWritten);
    }
  }

  private async setState(path: string, known: TranscriptFileRecord, state: 'gone' | 'unreadable'): Promise<void> {
    if (known.state === state || (state === 'gone' && !this.records.has(path))) return;
    // One that is gone does not say any more of which project its conversations are.
    const record = { ...known, state, isFolded: known.isFolded && state !== 'gone' };
    this.records.set(path, record);
    await this.files.setState(record);
    if (state === 'gone') {
      this.folding.take([{ file: record, conversations: await this.segments.conversationsIn(record._id) }]);
    }
    this.news.tell({ kind: 'written', files: [toFileView(record)], added: [] });
  }
}

/** Nothing is new: there is nothing to write. */
function isAsKnown(record: TranscriptFileRecord, known: TranscriptFileRecord): boolean {
  const { offset, bytes, inode, state, generation } = record;
  return (
    offset === known.offset &&
    bytes === known.bytes &&
    inode === known.inode &&
    state === known.state &&
    generation === known.generation
  );
}

/** Nothing is there, or a link, which is no transcript either. */
const noFile: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

/** @returns its descriptor */
function openFile(path: string): number | 'gone' | 'unreadable' {
  try {
    // A pipe of that name must not make the reader wait for a writer, nor may a link lead out of the folder.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    if (fstatSync(file).isFile()) return file;
    closeSync(file);
    return 'gone';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return noFile.has(code) ? 'gone' : 'unreadable';
  }
}
