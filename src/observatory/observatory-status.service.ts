import { Injectable } from '@nestjs/common';

import type { ObservatoryStatusView, ProblemLineView } from '../../contract/observatory.js';
import type { Page } from '../../contract/views.js';
import { decodeOptionalCursor, encodeCursor, toPage } from '../common/cursor.js';
import { ConversationsRepository } from './conversations.repository.js';
import type { ProjectId } from './observatory-ids.js';
import { toProblemLineView } from './observatory-status.view.js';
import { ProblemLinesRepository } from './problem-lines.repository.js';
import { ProjectsRepository } from './projects.repository.js';
import { ReadingThread } from './reading-thread.js';
import { TranscriptFilesRepository } from './transcript-files.repository.js';

const listName = 'problem-lines';

/** How far reading is, and what could not be understood. */
@Injectable()
export class ObservatoryStatusService {
  constructor(
    private readonly thread: ReadingThread,
    private readonly files: TranscriptFilesRepository,
    private readonly problems: ProblemLinesRepository,
    private readonly projects: ProjectsRepository,
    private readonly conversations: ConversationsRepository,
  ) {}

  /** For the health of the server. */
  get health(): 'up' | 'down' | 'off' {
    if (this.thread.state === 'off') return 'off';
    return this.thread.state === 'failed' ? 'down' : 'up';
  }

  /** Files, lines and bytes, over all projects. */
  async status(): Promise<ObservatoryStatusView> {
    const [sums, projects, conversations] = await Promise.all([
      this.files.sums(),
      this.projects.count(),
      this.conversations.count(),
    ]);
    return { state: this.thread.state, ...sums, projects, conversations };
  }

  /**
   * Lines that could not be understood, by file and line.
   *
   * @throws Problem `validation_failed` for a cursor of another list
   */
  async listProblems(query: {
    projectId?: ProjectId | undefined;
    limit: number;
    cursor?: string | undefined;
  }): Promise<Page<ProblemLineView>> {
    const { projectId, limit, cursor } = query;
    const after = decodeOptionalCursor(listName, cursor, ['string'])?.[0] ?? null;
    const rows = await this.problems.list(projectId, after, limit + 1);
    return toPage(rows, limit, toProblemLineView, (row) => encodeCursor(listName, [row._id]));
  }
}
