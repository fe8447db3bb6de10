import { Controller, Delete, Get, Param, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

import type { MessageView, Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { ApiPage, ApiProblems, ApiSignedIn } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { IdPipe } from '../common/http/id.pipe.js';
import { PageQuery } from '../common/http/page.query.js';
import type { GroupId, MessageId } from '../common/ids.js';
import { Message } from '../groups/my-group.view.js';
import { PinsService } from './pins.service.js';

@ApiTags('messages')
@ApiSignedIn('not_a_member', 'not_found')
@Controller()
export class PinsController {
  constructor(private readonly pins: PinsService) {}

  @Get('groups/:id/pins')
  @ApiOperation({ summary: 'The pinned messages of a group, newest pin first' })
  @ApiPage(Message)
  list(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) groupId: GroupId,
    @Query() query: PageQuery,
  ): Promise<Page<MessageView>> {
    return this.pins.list(actor, groupId, query);
  }

  @Put('messages/:id/pin')
  @ApiOperation({ summary: 'Pin a message; again changes nothing' })
  @ApiOkResponse({ type: Message })
  @ApiProblems('forbidden', 'conflict', 'gone')
  pin(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: MessageId): Promise<MessageView> {
    return this.pins.pin(actor, id, true);
  }

  @Delete('messages/:id/pin')
  @ApiOperation({ summary: 'Take the pin off a message' })
  @ApiOkResponse({ type: Message })
  @ApiProblems('forbidden', 'conflict', 'gone')
  unpin(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: MessageId): Promise<MessageView> {
    return this.pins.pin(actor, id, false);
  }
}
