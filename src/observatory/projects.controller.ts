import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

import type { ProjectPage, ProjectView } from '../../contract/observatory.js';
import type { Actor } from '../common/actor.js';
import { ApiProblems, ApiSignedIn } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { IdPipe } from '../common/http/id.pipe.js';
import { CreateProjectDto } from './dto/create-project.dto.js';
import { ListProjectsQuery } from './dto/list-projects.query.js';
import { UpdateProjectDto } from './dto/update-project.dto.js';
import type { ProjectId } from './observatory-ids.js';
import { Project, ProjectList } from './project.view.js';
import { ProjectsService } from './projects.service.js';

@ApiTags('observatory')
@ApiSignedIn()
@Controller('projects')
export class ProjectsController {
  constructor(private readonly projects: ProjectsService) {}

  @Get()
  @ApiOperation({ summary: 'The projects whose transcripts are read' })
  @ApiOkResponse({ type: ProjectList })
  list(@Query() query: ListProjectsQuery): Promise<ProjectPage> {
    return this.projects.list(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One project' })
  @ApiOkResponse({ type: Project })
  @ApiProblems('not_found')
  get(@Param('id', IdPipe) id: ProjectId): Promise<ProjectView> {
    return this.projects.get(id);
  }

  @Post()
  @ApiOperation({ summary: 'Make the project of a working directory, or bring a deleted one back; for admins' })
  @ApiCreatedResponse({ type: Project })
  @ApiProblems('malformed_json', 'forbidden', 'conflict')
  create(@CurrentActor() actor: Actor, @Body() body: CreateProjectDto): Promise<ProjectView> {
    return this.projects.create(actor, body);
  }

  @Put(':id')
  @ApiOperation({ summary: 'Change name, description and settings of a project; for admins' })
  @ApiOkResponse({ type: Project })
  @ApiProblems('malformed_json', 'forbidden', 'not_found')
  update(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: ProjectId,
    @Body() body: UpdateProjectDto,
  ): Promise<ProjectView> {
    return this.projects.update(actor, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Forget a project; for admins',
    description: 'All that was read of it goes, and its folder is passed over from then on. The files stay.',
  })
  @ApiNoContentResponse()
  @ApiProblems('forbidden', 'not_found')
  remove(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: ProjectId): Promise<void> {
    return this.projects.remove(actor, id);
  }
}
