import { Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

import type { MarkerView, Page, ReactionView, ReceiptView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { ApiPage, ApiProblems, ApiSignedIn } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { IdPipe } from '../common/http/id.pipe.js';
import { PageQuery } from '../common/http/page.query.js';
import type { MessageId } from '../common/ids.js';
import { Marker, Receipt } from '../groups/marker.view.js';
import { Reaction } from '../groups/my-group.view.js';
import { MessageChangesService } from './message-changes.service.js';
import { ReceiptsService } from './receipts.service.js';

/** What members do with a message besides writing it. */
@ApiTags('messages')
@ApiSignedIn('not_a_member', 'not_found')
@Controller('messages/:id')
export class ReactionsController {
  constructor(
    private readonly changes: MessageChangesService,
    private readonly receipts: ReceiptsService,
  ) {}

  @Put('reactions/:emoji')
  @ApiOperation({ summary: 'React with an emoji; again changes nothing' })
  @ApiOkResponse({ type: [Reaction] })
  @ApiProblems('forbidden', 'conflict', 'gone', 'unavailable')
  react(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: MessageId,
    @Param('emoji') emoji: string,
  ): Promise<ReactionView[]> {
    return this.changes.react(actor, id, emoji, true);
  }

  @Delete('reactions/:emoji')
  @ApiOperation({ summary: 'Take my reaction back' })
  @ApiOkResponse({ type: [Reaction] })
  @ApiProblems('conflict', 'gone', 'unavailable')
  unreact(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: MessageId,
    @Param('emoji') emoji: string,
  ): Promise<ReactionView[]> {
    return this.changes.react(actor, id, emoji, false);
  }

  @Post('read')
  @HttpCode(200)
  @ApiOperation({ summary: 'Read up to this message' })
  @ApiOkResponse({ type: Marker })
  read(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: MessageId): Promise<MarkerView> {
    return this.receipts.markRead(actor, id);
  }

  @Get('receipts')
  @ApiOperation({ summary: 'Who has this message, and who has read it' })
  @ApiPage(Receipt)
  listReceipts(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: MessageId,
    @Query() query: PageQuery,
  ): Promise<Page<ReceiptView>> {
    return this.receipts.list(actor, id, query);
  }
}
