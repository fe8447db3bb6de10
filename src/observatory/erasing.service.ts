import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';

import { ConversationsRepository } from './conversations.repository.js';
import type { ProjectId } from './observatory-ids.js';
import { PacksRepository } from './packs.repository.js';
import { ProblemLinesRepository } from './problem-lines.repository.js';
import { ProjectsRepository } from './projects.repository.js';
import { SegmentsRepository } from './segments.repository.js';
import { TranscriptFilesRepository } from './transcript-files.repository.js';

/** Takes what was read of deleted projects out of the database. */
@Injectable()
export class ErasingService implements OnApplicationBootstrap {
  private readonly logger = new Logger(ErasingService.name);

  constructor(
    private readonly projects: ProjectsRepository,
    private readonly conversations: ConversationsRepository,
    private readonly segments: SegmentsRepository,
    private readonly packs: PacksRepository,
    private readonly files: TranscriptFilesRepository,
    private readonly problems: ProblemLinesRepository,
  ) {}

  onApplicationBootstrap(): void {
    this.finishAll().catch((error: unknown) => {
      // What is left is not shown, and goes at the next start.
      this.logger.warn({ err: error }, 'deleted projects could not be erased');
    });
  }

  /** What is seen goes first, what leads to the rest goes last: interrupted anywhere, it can be done again. */
  async erase(id: ProjectId): Promise<void> {
    await this.projects.delete(id);
    await this.conversations.deleteOfProject(id);
    for (const { _id } of await this.files.listOfProject(id)) {
      await this.segments.deleteOfFile(_id);
      await this.packs.deleteOfFile(_id);
    }
    await this.problems.deleteOfProject(id);
    await this.files.deleteOfProject(id);
    await this.projects.setErased(id);
  }

  /** Before a project is made anew: nothing of the former one is left. */
  async finish(id: ProjectId): Promise<void> {
    if (await this.projects.isForgotten(id)) await this.erase(id);
  }

  private async finishAll(): Promise<void> {
    for (const { _id, isErased } of await this.projects.listForgotten()) if (!isErased) await this.erase(_id);
  }
}
