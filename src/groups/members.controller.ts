import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';

import type { GroupDetailView, MemberView, Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { ApiPage, ApiProblems, ApiSignedIn } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { IdPipe } from '../common/http/id.pipe.js';
import type { GroupId, UserId } from '../common/ids.js';
import { ListMembersQuery } from './dto/list-groups.query.js';
import { PutMemberDto } from './dto/put-member.dto.js';
import { GroupDetail, Member } from './group.view.js';
import { MembersService } from './members.service.js';

@ApiTags('members')
@ApiSignedIn('not_a_member', 'not_found')
@Controller('groups/:id')
export class MembersController {
  constructor(private readonly members: MembersService) {}

  @Get('members')
  @ApiOperation({
    summary: 'Members of a group',
    description:
      'In the order of their ids, which do not move. With `role` or `online`, one who changes during a walk may be missed; nobody is met twice.',
  })
  @ApiPage(Member)
  list(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: GroupId,
    @Query() query: ListMembersQuery,
  ): Promise<Page<MemberView>> {
    return this.members.list(actor, id, query);
  }

  @Put('members/:userId')
  @ApiOperation({ summary: 'Add a user, or change his role' })
  @ApiOkResponse({ type: Member, description: 'He was a member' })
  @ApiCreatedResponse({ type: Member, description: 'He has become one' })
  @ApiProblems('malformed_json', 'forbidden', 'conflict')
  async put(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: GroupId,
    @Param('userId', IdPipe) userId: UserId,
    @Body() body: PutMemberDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<MemberView> {
    const { member, isNew } = await this.members.put(actor, id, userId, body.role);
    response.status(isNew ? 201 : 200);
    return member;
  }

  @Delete('members/:userId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a member' })
  @ApiNoContentResponse()
  @ApiProblems('forbidden', 'conflict')
  remove(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: GroupId,
    @Param('userId', IdPipe) userId: UserId,
  ): Promise<void> {
    return this.members.remove(actor, id, userId);
  }

  @Post('join')
  @HttpCode(200)
  @ApiOperation({ summary: 'Join a channel' })
  @ApiOkResponse({ type: GroupDetail })
  join(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: GroupId): Promise<GroupDetailView> {
    return this.members.join(actor, id);
  }

  @Post('leave')
  @HttpCode(204)
  @ApiOperation({ summary: 'Leave a group' })
  @ApiNoContentResponse()
  @ApiProblems('forbidden', 'conflict')
  leave(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: GroupId): Promise<void> {
    return this.members.leave(actor, id);
  }
}
