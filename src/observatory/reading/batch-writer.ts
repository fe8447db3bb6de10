import { setTimeout as sleep } from 'node:timers/promises';

import { Injectable, Logger } from '@nestjs/common';

import type { TranscriptFileView } from '../../../contract/observatory.js';
import { Clock } from '../../common/clock.js';
import { isDatabaseOutage } from '../../common/database-outage.js';
import { ConversationTitlesRepository } from '../conversation-titles.repository.js';
import type { ProjectId } from '../observatory-ids.js';
import { PacksRepository } from '../packs.repository.js';
import { ProblemLinesRepository } from '../problem-lines.repository.js';
import { newProject } from '../project-record.js';
import { ProjectsRepository } from '../projects.repository.js';
import { SegmentsRepository } from '../segments.repository.js';
import { TranscriptFilesRepository } from '../transcript-files.repository.js';
import { toFileView } from '../transcript-file.view.js';
import { lastPartOf } from '../transcript-path.js';
import { Folding } from './folding.js';
import type { ReadingBatch } from './reading-batch.js';
import { ReadingNews } from './reading-news.js';

/** Batches on their way to the database: the next is filled while those before wait for its journal. */
const maxOnTheirWay = 3;
const pauseMs = 200;

/**
 * Writes what was read, in an order in which a crash at any point only means that lines are read once more: entries, what
 * counts of them, and last how far the files are. Each of these writes may be made again and changes nothing then, so no
 * transaction is needed, which the embedded database does not have.
 */
@Injectable()
export class BatchWriter {
  private readonly logger = new Logger(BatchWriter.name);
  private readonly known = new Set<ProjectId>();
  private readonly learned = new Map<ProjectId, string>();
  /** The oldest first; each ends after the one before. */
  private readonly onTheirWay: Promise<void>[] = [];
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly packs: PacksRepository,
    private readonly segments: SegmentsRepository,
    private readonly problems: ProblemLinesRepository,
    private readonly titles: ConversationTitlesRepository,
    private readonly files: TranscriptFilesRepository,
    private readonly projects: ProjectsRepository,
    private readonly folding: Folding,
    private readonly news: ReadingNews,
    private readonly clock: Clock,
  ) {}

  /** Starts to write a batch. Nothing is added to it from here on. @returns when it is written */
  write(batch: ReadingBatch): Promise<void> {
    const before = this.last;
    // Entries of several batches side by side; how far the files are, one after the other.
    const entries = this.insist(() => this.packs.write(batch.packs));
    const written = (async () => {
      await entries;
      await before;
      await this.insist(() => this.segments.write(batch.segments));
      await this.insist(() => this.problems.write(batch.problems));
      await this.insist(() => this.titles.write(Array.from(batch.titles, ([_id, ranked]) => ({ _id, ranked }))));
      await this.insist(() => this.writeProjects(batch));
      await this.insist(() => this.files.write([...batch.files.values()]));
      await this.insist(() => this.finish(batch));
    })().finally(() => {
      void this.onTheirWay.shift();
    });
    this.last = written;
    this.onTheirWay.push(written);
    return written;
  }

  /** Resolves when another batch may be filled. */
  async makeRoom(): Promise<void> {
    while (this.onTheirWay.length >= maxOnTheirWay) await this.onTheirWay[0];
  }

  /** Resolves when everything is written. */
  async drained(): Promise<void> {
    await this.last;
  }

  /** A project that was deleted is made anew when its folder is read again. */
  forget(projectId: ProjectId): void {
    this.known.delete(projectId);
    this.learned.delete(projectId);
  }

  private async writeProjects(batch: ReadingBatch): Promise<void> {
    for (const { projectId, path } of batch.files.values()) {
      if (this.known.has(projectId)) continue;
      const folder = path.split('/', 1)[0] ?? path;
      await this.projects.insert(newProject(folder, this.clock.now()));
      this.known.add(projectId);
    }
    for (const [id, path] of batch.paths) {
      const known = this.learned.get(id);
      if (known !== undefined && known <= path) continue;
      await this.projects.learnPath(id, path, lastPartOf(path));
      this.learned.set(id, path);
    }
  }

  private async finish(batch: ReadingBatch): Promise<void> {
    for (const { record, isReadAgain } of batch.finished) {
      if (!isReadAgain) continue;
      const kept = await this.segments.dropRepeated(record._id, record.generation);
      await this.packs.deleteFormer(record._id, record.generation, kept);
      await this.problems.deleteFormer(record._id, record.generation);
    }
    await this.folding.takeTitles(batch.titles);
    this.folding.take(
      batch.finished.map(({ record, conversations }) => ({
        file: batch.files.get(record._id) ?? record,
        conversations: [...conversations],
      })),
    );
    this.news.tell({
      kind: 'written',
      files: Array.from(batch.files.values(), (file): TranscriptFileView => toFileView(file)),
      added: [...batch.added.values()],
    });
  }

  /** Everything here may be done again: so it is, until the database is back. */
  private async insist(work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await work();
        return;
      } catch (error) {
        if (!isDatabaseOutage(error)) throw error;
        this.logger.warn({ err: error }, 'what was read could not be written; it is tried again');
        await sleep(pauseMs);
      }
    }
  }
}
