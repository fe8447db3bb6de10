import type { INestApplicationContext } from '@nestjs/common';

import type { ConversationId, ProjectId } from '../observatory-ids.js';
import { ProjectsRepository } from '../projects.repository.js';
import { TranscriptFilesRepository } from '../transcript-files.repository.js';
import { BatchWriter } from './batch-writer.js';
import { Folding } from './folding.js';
import { TranscriptReader } from './transcript-reader.js';
import { TranscriptWatcher } from './transcript-watcher.js';

/** Reading of a folder of transcripts, from where it was left. */
export class Reading {
  private readonly reader: TranscriptReader;
  private readonly folding: Folding;
  private readonly watcher: TranscriptWatcher;

  /** @param context of a `ReadingModule` */
  constructor(private readonly context: INestApplicationContext) {
    this.reader = context.get(TranscriptReader, { strict: false });
    this.folding = context.get(Folding, { strict: false });
    this.watcher = context.get(TranscriptWatcher, { strict: false });
  }

  async start(root: string): Promise<void> {
    const projects = this.context.get(ProjectsRepository, { strict: false });
    const forgotten = (await projects.listForgotten()).map(({ _id }) => _id);
    const files = await this.context.get(TranscriptFilesRepository, { strict: false }).listAll();
    await this.folding.start(files, forgotten);
    await this.reader.start(files, forgotten);
    this.watcher.start(root);
  }

  /** Resolves when nothing of a project is written any more. */
  async forget(projectId: ProjectId): Promise<void> {
    await this.reader.forget(projectId);
    await this.folding.forget(projectId);
  }

  /** A project is wanted again: its files are read from their beginning. */
  remind(projectId: ProjectId): void {
    this.reader.remind(projectId);
    this.folding.remind(projectId);
    this.watcher.sweep();
  }

  /** Some lines of these conversations are no longer known. */
  foldAgain(ids: readonly ConversationId[]): void {
    this.folding.foldAgain(ids);
  }

  /** Writes what is in hand. */
  async stop(): Promise<void> {
    await this.watcher.stop();
    await this.reader.flush();
    this.folding.stop();
    await this.folding.drained();
    await this.context.get(BatchWriter, { strict: false }).drained();
    await this.context.close();
  }
}
