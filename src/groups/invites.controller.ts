import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';

import type { GroupDetailView, InviteView, Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { ApiPage, ApiProblems, ApiSignedIn } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { IdPipe } from '../common/http/id.pipe.js';
import { PageQuery } from '../common/http/page.query.js';
import { PublicUrl } from '../common/http/public-url.js';
import type { GroupId } from '../common/ids.js';
import { CreateInviteDto } from './dto/create-invite.dto.js';
import { GroupDetail } from './group.view.js';
import { Invite } from './invite.view.js';
import { InvitesService } from './invites.service.js';

@ApiTags('invites')
@ApiSignedIn('not_found')
@Controller()
export class InvitesController {
  constructor(
    private readonly invites: InvitesService,
    private readonly publicUrl: PublicUrl,
  ) {}

  @Post('groups/:id/invites')
  @ApiOperation({
    summary: 'Make an invitation: a link by which people join',
    description:
      'It is good as long as the one who made it may invite: not while he is no moderator or owner of the group, or his account is out of use.',
  })
  @ApiCreatedResponse({ type: Invite })
  @ApiProblems('malformed_json', 'forbidden', 'not_a_member', 'conflict')
  create(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) groupId: GroupId,
    @Body() body: CreateInviteDto,
    @Req() request: Request,
  ): Promise<InviteView> {
    return this.invites.create(actor, groupId, body, this.publicUrl.api(request));
  }

  @Get('groups/:id/invites')
  @ApiOperation({ summary: 'Invitations of a group, newest first' })
  @ApiPage(Invite)
  @ApiProblems('forbidden', 'not_a_member')
  list(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) groupId: GroupId,
    @Query() query: PageQuery,
    @Req() request: Request,
  ): Promise<Page<InviteView>> {
    return this.invites.list(actor, groupId, query, this.publicUrl.api(request));
  }

  @Delete('groups/:id/invites/:code')
  @HttpCode(204)
  @ApiOperation({ summary: 'Take an invitation back' })
  @ApiNoContentResponse()
  @ApiProblems('forbidden', 'not_a_member')
  delete(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) groupId: GroupId,
    @Param('code') code: string,
  ): Promise<void> {
    return this.invites.delete(actor, groupId, code);
  }

  @Post('invites/:code/accept')
  @HttpCode(200)
  @ApiOperation({ summary: 'Join by an invitation; who is a member already stays one, and uses nothing up' })
  @ApiOkResponse({ type: GroupDetail })
  @ApiProblems('conflict', 'gone')
  accept(@CurrentActor() actor: Actor, @Param('code') code: string): Promise<GroupDetailView> {
    return this.invites.accept(actor.userId, code);
  }
}
