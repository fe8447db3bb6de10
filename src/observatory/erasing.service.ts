import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';

import { ConversationsRepository } from './conversations.repository.js';
import type { ConversationId, FileId, ProjectId } from './observatory-ids.js';
import { PacksRepository } from './packs.repository.js';
import { ProblemLinesRepository } from './problem-lines.repository.js';
import { ProjectsRepository } from './projects.repository.js';
import { ReadingThread } from './reading-thread.js';
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
    private readonly thread: ReadingThread,
  ) {}

  onApplicationBootstrap(): void {
    this.finishAll().catch((error: unknown) => {
      // What is left is not shown, and goes at the next start.
      this.logger.warn({ err: error }, 'deleted projects could not be erased');
    });
  }

  /**
   * What is seen goes first, what leads to the rest goes last: interrupted anywhere, it can be done again. Conversations of
   * which lines also stand in files of other projects are made anew of those.
   */
  async erase(id: ProjectId): Promise<void> {
    await this.projects.delete(id);
    const fileIds = (await this.files.listOfProject(id)).map(({ _id }) => _id);
    const conversationIds = new Set<ConversationId>();
    for (const fileId of fileIds) {
      for (const found of await this.segments.conversationsIn(fileId)) conversationIds.add(found);
    }
    const shared = await this.sharedOf([...conversationIds], new Set(fileIds));
    // Should it end here, they are made anew at the next start.
    await this.files.setUnfolded(shared);
    await this.conversations.deleteOfProject(id);
    for (const fileId of fileIds) {
      await this.segments.deleteOfFile(fileId);
      await this.packs.deleteOfFile(fileId);
    }
    await this.problems.deleteOfProject(id);
    await this.files.deleteOfProject(id);
    await this.projects.setErased(id);
    if (shared.length > 0) await this.thread.foldAgain([...conversationIds]);
  }

  /** Before a project is made anew: nothing of the former one is left. */
  async finish(id: ProjectId): Promise<void> {
    if (await this.projects.isForgotten(id)) await this.erase(id);
  }

  private async finishAll(): Promise<void> {
    for (const { _id, isErased } of await this.projects.listForgotten()) if (!isErased) await this.erase(_id);
  }

  /** Files of other projects in which lines of some conversations stand. */
  private async sharedOf(ids: readonly ConversationId[], own: ReadonlySet<FileId>): Promise<FileId[]> {
    const found = await this.segments.filesWith(ids);
    return found.filter((fileId) => !own.has(fileId));
  }
}
