import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';

import type { MessageView, Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { ApiPage, ApiSignedIn } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { IdPipe } from '../common/http/id.pipe.js';
import { PageQuery } from '../common/http/page.query.js';
import type { MessageId } from '../common/ids.js';
import { Message } from '../groups/my-group.view.js';
import { ThreadsService } from './threads.service.js';

@ApiTags('messages')
@ApiSignedIn('not_a_member', 'not_found')
@Controller('messages/:id')
export class ThreadsController {
  constructor(private readonly threads: ThreadsService) {}

  @Get('thread')
  @ApiOperation({ summary: 'The replies to a message, by their place' })
  @ApiPage(Message)
  list(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: MessageId,
    @Query() query: PageQuery,
  ): Promise<Page<MessageView>> {
    return this.threads.list(actor, id, query);
  }
}
