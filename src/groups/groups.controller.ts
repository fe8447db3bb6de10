import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';

import type { DiscoveredChannelView, GroupDetailView, MyGroupView, Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { ApiPage, ApiProblems, ApiSignedIn } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { IdPipe } from '../common/http/id.pipe.js';
import type { GroupId, UserId } from '../common/ids.js';
import { DiscoverService } from './discover.service.js';
import { CreateGroupDto } from './dto/create-group.dto.js';
import { DiscoverQuery } from './dto/discover.query.js';
import { ListGroupsQuery } from './dto/list-groups.query.js';
import { UpdateGroupDto } from './dto/update-group.dto.js';
import { DiscoveredChannel, GroupDetail } from './group.view.js';
import { GroupsService } from './groups.service.js';
import { MyGroup } from './my-group.view.js';
import { MyGroupsService } from './my-groups.service.js';
import { NewGroupsService } from './new-groups.service.js';

@ApiTags('groups')
@ApiSignedIn()
@Controller('groups')
export class GroupsController {
  constructor(
    private readonly groups: GroupsService,
    private readonly newGroups: NewGroupsService,
    private readonly channels: DiscoverService,
    private readonly myGroups: MyGroupsService,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Make a group or a channel' })
  @ApiCreatedResponse({ type: GroupDetail })
  @ApiProblems('malformed_json', 'conflict')
  create(@CurrentActor() actor: Actor, @Body() body: CreateGroupDto): Promise<GroupDetailView> {
    return this.newGroups.create(actor, body);
  }

  @Get()
  @ApiOperation({
    summary: 'My groups, latest activity first',
    description: 'All pages of a walk see the order of its beginning, whatever is said meanwhile.',
  })
  @ApiPage(MyGroup)
  list(@CurrentActor() actor: Actor, @Query() query: ListGroupsQuery): Promise<Page<MyGroupView>> {
    return this.myGroups.list(actor, query);
  }

  @Put('direct/:userId')
  @ApiOperation({ summary: 'The direct conversation with a user, made if there is none' })
  @ApiOkResponse({ type: GroupDetail, description: 'It was there' })
  @ApiCreatedResponse({ type: GroupDetail, description: 'It was made' })
  @ApiProblems('forbidden', 'not_found')
  async direct(
    @CurrentActor() actor: Actor,
    @Param('userId', IdPipe) userId: UserId,
    @Res({ passthrough: true }) response: Response,
  ): Promise<GroupDetailView> {
    const { group, isNew } = await this.newGroups.direct(actor, userId);
    response.status(isNew ? 201 : 200);
    return group;
  }

  @Get('discover')
  @ApiOperation({
    summary: 'Public channels, by a part of their name',
    description: 'In the order of their names: a channel that is renamed during a walk may be missed or met twice.',
  })
  @ApiPage(DiscoveredChannel)
  discover(@CurrentActor() actor: Actor, @Query() query: DiscoverQuery): Promise<Page<DiscoveredChannelView>> {
    return this.channels.list(actor, query);
  }

  @Get('by-name/:name')
  @ApiOperation({ summary: 'A channel by its name' })
  @ApiOkResponse({ type: GroupDetail })
  @ApiProblems('not_found')
  byName(@CurrentActor() actor: Actor, @Param('name') name: string): Promise<GroupDetailView> {
    return this.groups.getByName(actor, name);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One group' })
  @ApiOkResponse({ type: GroupDetail })
  @ApiProblems('not_a_member', 'not_found')
  get(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: GroupId): Promise<GroupDetailView> {
    return this.groups.get(actor, id);
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change name or description' })
  @ApiOkResponse({ type: GroupDetail })
  @ApiProblems('malformed_json', 'forbidden', 'not_a_member', 'not_found', 'conflict')
  update(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: GroupId,
    @Body() body: UpdateGroupDto,
  ): Promise<GroupDetailView> {
    return this.groups.update(actor, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Close the group to all' })
  @ApiNoContentResponse()
  @ApiProblems('forbidden', 'not_a_member', 'not_found')
  delete(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: GroupId): Promise<void> {
    return this.groups.delete(actor, id);
  }
}
