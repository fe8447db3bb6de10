import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';

import type { MessageView, Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { ApiPage, ApiSignedIn } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { PageQuery } from '../common/http/page.query.js';
import { Message } from '../groups/my-group.view.js';
import { MyMessagesService } from './my-messages.service.js';

@ApiTags('messages')
@ApiSignedIn()
@Controller('messages')
export class MyMessagesController {
  constructor(private readonly messages: MyMessagesService) {}

  @Get()
  @ApiOperation({ summary: 'Messages of all my groups, newest first' })
  @ApiPage(Message)
  listRecent(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<Page<MessageView>> {
    return this.messages.listRecent(actor, query);
  }

  @Get('mine')
  @ApiOperation({ summary: 'Messages that I sent, newest first' })
  @ApiPage(Message)
  listSent(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<Page<MessageView>> {
    return this.messages.listSent(actor, query);
  }
}
