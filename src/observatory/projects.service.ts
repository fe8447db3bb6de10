import { Injectable } from '@nestjs/common';

import type {
  CreateProjectRequest,
  ProjectPage,
  ProjectSort,
  ProjectView,
  SortOrder,
  UpdateProjectRequest,
} from '../../contract/observatory.js';
import type { Actor } from '../common/actor.js';
import { Admins } from '../common/admins.js';
import { Clock } from '../common/clock.js';
import { decodeCursor, encodeCursor, toCursorTime, toPage } from '../common/cursor.js';
import { withKnownOutcome, withKnownResult } from '../common/database-outage.js';
import { Problem } from '../common/problem.js';
import { ErasingService } from './erasing.service.js';
import { ObservatoryFeed } from './observatory-feed.js';
import { projectIdOf, type ProjectId } from './observatory-ids.js';
import { newProject } from './project-record.js';
import type { ProjectRecord } from './project.schema.js';
import { toProjectView } from './project.view.js';
import { ProjectsRepository, type ProjectPlace } from './projects.repository.js';
import { ReadingThread } from './reading-thread.js';
import { folderOf, lastPartOf } from './transcript-path.js';

interface ProjectsQuery {
  page?: number;
  limit: number;
  cursor?: string;
  sort: ProjectSort;
  order: SortOrder;
}

/** The projects whose transcripts are read. */
@Injectable()
export class ProjectsService {
  constructor(
    private readonly projects: ProjectsRepository,
    private readonly erasing: ErasingService,
    private readonly thread: ReadingThread,
    private readonly feed: ObservatoryFeed,
    private readonly admins: Admins,
    private readonly clock: Clock,
  ) {}

  /**
   * All projects. A cursor goes on where a page ended, whatever has come or gone meanwhile; a page number counts from the
   * beginning.
   *
   * @throws Problem `validation_failed` for a cursor of another order, or beside a page number
   */
  async list({ page, limit, cursor, sort, order }: ProjectsQuery): Promise<ProjectPage> {
    if (page !== undefined && cursor !== undefined) throw Problem.field('page', 'is for lists without a cursor');
    const listName = `projects-by-${sort}-${order}`;
    const place = cursor === undefined ? null : toPlace(listName, sort, cursor);
    const number = place?.page ?? page ?? 1;
    const from = place === null ? { skip: (number - 1) * limit } : { after: place };
    const [rows, total] = await Promise.all([this.projects.list(sort, order, from, limit + 1), this.projects.count()]);
    const found = toPage(rows, limit, toProjectView, (row) => {
      const { value, id } = placeOf(sort, row);
      return encodeCursor(listName, [number + 1, value, id]);
    });
    const pages = Math.ceil(total / limit);
    return {
      ...found,
      pagination: { page: number, limit, total, pages, hasNext: found.hasMore, hasPrev: number > 1 },
    };
  }

  /** @throws Problem `not_found` */
  async get(id: ProjectId): Promise<ProjectView> {
    return toProjectView(await this.require(id));
  }

  /**
   * Makes the project of a working directory, before there is a transcript of it, or after it was deleted: then its files
   * are read again.
   *
   * @throws Problem `forbidden`, `conflict` when there is one
   */
  async create(actor: Actor, request: CreateProjectRequest): Promise<ProjectView> {
    await this.admins.require(actor);
    const { path, name, description = '', settings = {} } = request;
    const now = this.clock.now();
    const id = projectIdOf(folderOf(path));
    await this.erasing.finish(id);
    // Before it is made: interrupted here, the watcher makes it.
    await this.projects.remind(id);
    const project: ProjectRecord = {
      ...newProject(folderOf(path), now),
      path,
      ...named(name ?? lastPartOf(path)),
      isNamed: name !== undefined,
      description,
      settings,
    };
    const isNew = await withKnownOutcome(
      () => this.projects.insert(project),
      async () => isSame(project, await this.projects.findById(id)),
    );
    if (!isNew) throw new Problem('conflict', 'There is a project of this working directory.');
    await this.thread.remind(id);
    return this.tell(project);
  }

  /** @throws Problem `forbidden`, `not_found` */
  async update(actor: Actor, id: ProjectId, request: UpdateProjectRequest): Promise<ProjectView> {
    await this.admins.require(actor);
    const { name, description, settings } = request;
    const before = await this.require(id);
    // No two changes have the same time: that is how a change is found of which the answer was lost.
    const updatedAt = new Date(Math.max(this.clock.now().getTime(), before.updatedAt.getTime() + 1));
    const changes = {
      ...(name !== undefined && { ...named(name), isNamed: true }),
      ...(description !== undefined && { description }),
      ...(settings !== undefined && { settings }),
      updatedAt,
    };
    const project = await withKnownResult(
      () => this.projects.change(id, changes),
      async () => {
        const stored = await this.projects.findById(id);
        return stored?.updatedAt.getTime() === updatedAt.getTime() ? stored : null;
      },
    );
    if (project === null) throw noProject();
    return this.tell(project);
  }

  /**
   * Forgets all that was read of a project, and passes over its files from then on. The files stay as they are.
   *
   * @throws Problem `forbidden`, `not_found`
   */
  async remove(actor: Actor, id: ProjectId): Promise<void> {
    await this.admins.require(actor);
    // One that was being erased when the database went is erased to its end.
    const isHalfErased = await this.projects.isBeingErased(id);
    if (!isHalfErased) {
      const { folder } = await this.require(id);
      const at = this.clock.now();
      // First that it is forgotten: after a crash the rest is done at the next start.
      await withKnownOutcome(
        async () => {
          await this.projects.remember({ _id: id, folder, at, isErased: false });
          return true;
        },
        () => this.projects.isBeingErased(id),
      );
    }
    await this.thread.forget(id);
    await this.erasing.erase(id);
    this.feed.publish({ channel: 'observatory:projects', event: 'project.deleted', data: { projectId: id } });
  }

  private async require(id: ProjectId): Promise<ProjectRecord> {
    const project = await this.projects.findById(id);
    if (project === null) throw noProject();
    return project;
  }

  private tell(project: ProjectRecord): ProjectView {
    const view = toProjectView(project);
    this.feed.publish({ channel: 'observatory:projects', event: 'project.updated', data: { project: view } });
    return view;
  }
}

function named(name: string): Pick<ProjectRecord, 'name' | 'nameKey'> {
  return { name, nameKey: name.toLowerCase() };
}

function isSame(project: ProjectRecord, stored: ProjectRecord | null): boolean {
  return stored?.createdAt.getTime() === project.createdAt.getTime();
}

function noProject(): Problem {
  return new Problem('not_found', 'There is no such project.');
}

function placeOf(sort: ProjectSort, project: ProjectRecord): ProjectPlace {
  return { value: sort === 'name' ? project.nameKey : project[sort], id: project._id };
}

/** A cursor also carries the number of its page, for those who count. */
function toPlace(listName: string, sort: ProjectSort, cursor: string): ProjectPlace & { page: number } {
  if (sort === 'name') {
    const [page, value, id] = decodeCursor(listName, cursor, ['number', 'string', 'string']);
    return { page, value, id: id as ProjectId };
  }
  const [page, value, id] = decodeCursor(listName, cursor, ['number', 'number', 'string']);
  return { page, value: sort === 'conversationCount' ? value : toCursorTime(value), id: id as ProjectId };
}
