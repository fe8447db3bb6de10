import { Controller, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

import type { BlockView, Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { ApiPage, ApiProblems, ApiSignedIn } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { IdPipe } from '../common/http/id.pipe.js';
import { PageQuery } from '../common/http/page.query.js';
import type { UserId } from '../common/ids.js';
import { Block } from './block.view.js';
import { BlocksService } from './blocks.service.js';

@ApiTags('users')
@ApiSignedIn()
@Controller('users/me/blocks')
export class BlocksController {
  constructor(private readonly blocks: BlocksService) {}

  @Get()
  @ApiOperation({ summary: 'Whom I have blocked, latest first' })
  @ApiPage(Block)
  list(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<Page<BlockView>> {
    return this.blocks.list(actor, query);
  }

  @Put(':userId')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Block a user',
    description:
      'Neither of us can open a direct conversation with the other then, nor write in the one that is there. Groups stay as they are, but his mentions there make no mention event for me.',
  })
  @ApiNoContentResponse()
  @ApiProblems('not_found', 'conflict')
  put(@CurrentActor() actor: Actor, @Param('userId', IdPipe) userId: UserId): Promise<void> {
    return this.blocks.put(actor, userId);
  }

  @Delete(':userId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Block a user no longer' })
  @ApiNoContentResponse()
  remove(@CurrentActor() actor: Actor, @Param('userId', IdPipe) userId: UserId): Promise<void> {
    return this.blocks.remove(actor, userId);
  }
}
