import { ApiProperty } from '@nestjs/swagger';

import type { PaginationView, ProjectSetting, ProjectView } from '../../contract/observatory.js';
import type { ProjectRecord } from './project.schema.js';

export class Project implements ProjectView {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ example: 'engine' }) name!: string;
  @ApiProperty({ type: String, nullable: true, description: 'The working directory, once a line has said it' })
  path!: string | null;
  @ApiProperty({ description: 'Below TRANSCRIPTS_PATH' }) folder!: string;
  @ApiProperty() description!: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
  })
  settings!: Record<string, ProjectSetting>;
  @ApiProperty({ type: 'integer' }) conversationCount!: number;
  @ApiProperty({ format: 'date-time', description: 'Of its latest line; while there is none, of its making' })
  lastActivityAt!: string;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
  @ApiProperty({ format: 'date-time' }) updatedAt!: string;
}

export class Pagination implements PaginationView {
  @ApiProperty({ type: 'integer' }) page!: number;
  @ApiProperty({ type: 'integer' }) limit!: number;
  @ApiProperty({ type: 'integer' }) total!: number;
  @ApiProperty({ type: 'integer' }) pages!: number;
  @ApiProperty() hasNext!: boolean;
  @ApiProperty() hasPrev!: boolean;
}

export class ProjectList {
  @ApiProperty({ type: [Project] }) items!: Project[];
  @ApiProperty({ type: String, nullable: true }) nextCursor!: string | null;
  @ApiProperty() hasMore!: boolean;
  @ApiProperty({ type: Pagination }) pagination!: Pagination;
}

export function toProjectView(project: ProjectRecord): ProjectView {
  return {
    id: project._id,
    name: project.name,
    path: project.path ?? null,
    folder: project.folder,
    description: project.description,
    settings: project.settings,
    conversationCount: project.conversationCount,
    lastActivityAt: project.lastActivityAt.toISOString(),
    createdAt: project.createdAt.toISOString(),
    updatedAt: project.updatedAt.toISOString(),
  };
}
