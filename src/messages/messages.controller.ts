import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';

import type { FormerTextView, MessagePage, MessageView, Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { ApiPage, ApiProblems, ApiSignedIn } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { ShowsRate } from '../common/http/shows-rate.decorator.js';
import { IdPipe } from '../common/http/id.pipe.js';
import { PageQuery } from '../common/http/page.query.js';
import type { GroupId, MessageId } from '../common/ids.js';
import { Message } from '../groups/my-group.view.js';
import { DeleteMessageQuery } from './dto/delete-message.query.js';
import { EditMessageDto } from './dto/edit-message.dto.js';
import { ListMessagesQuery } from './dto/list-messages.query.js';
import { SendMessageDto } from './dto/send-message.dto.js';
import { ErasingService } from './erasing.service.js';
import { FormerText } from './former-text.view.js';
import { FormerTextsService } from './former-texts.service.js';
import { MessageChangesService } from './message-changes.service.js';
import { MessageHistoryService } from './message-history.service.js';
import { MessagesService } from './messages.service.js';

@ApiTags('messages')
@ApiSignedIn('not_a_member', 'not_found')
@Controller()
export class MessagesController {
  constructor(
    private readonly messages: MessagesService,
    private readonly changes: MessageChangesService,
    private readonly erasing: ErasingService,
    private readonly history: MessageHistoryService,
    private readonly formerTexts: FormerTextsService,
  ) {}

  @Get('groups/:id/messages')
  @ApiOperation({ summary: 'Messages of a group, by their place in its log' })
  @ApiPage(Message, ['lastSeq', 'rev'])
  list(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) groupId: GroupId,
    @Query() query: ListMessagesQuery,
  ): Promise<MessagePage> {
    return this.history.list(actor, groupId, query);
  }

  @Post('groups/:id/messages')
  @ShowsRate('messagesPerMinute')
  @ApiOperation({ summary: 'Send a message' })
  @ApiCreatedResponse({ type: Message, description: 'It is stored' })
  @ApiOkResponse({ type: Message, description: 'It was stored before, with the same clientMessageId' })
  @ApiProblems('malformed_json', 'forbidden', 'conflict', 'unavailable')
  async send(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) groupId: GroupId,
    @Body() body: SendMessageDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<MessageView> {
    const { message, isNew } = await this.messages.send(actor, groupId, body);
    response.status(isNew ? 201 : 200);
    return message;
  }

  @Get('messages/:id')
  @ApiOperation({ summary: 'One message' })
  @ApiOkResponse({ type: Message })
  get(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: MessageId): Promise<MessageView> {
    return this.messages.get(actor, id);
  }

  @Get('messages/:id/history')
  @ApiOperation({ summary: 'What an edited message said before, oldest first' })
  @ApiPage(FormerText)
  @ApiProblems('gone')
  listFormerTexts(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: MessageId,
    @Query() query: PageQuery,
  ): Promise<Page<FormerTextView>> {
    return this.formerTexts.list(actor, id, query);
  }

  @Put('messages/:id')
  @ApiOperation({ summary: 'Edit my message; the former text is kept' })
  @ApiOkResponse({ type: Message })
  @ApiProblems('malformed_json', 'forbidden', 'conflict', 'gone', 'unavailable')
  edit(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: MessageId,
    @Body() body: EditMessageDto,
  ): Promise<MessageView> {
    return this.changes.edit(actor, id, body.content);
  }

  @Delete('messages/:id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete: the place stays, the content is no longer given out',
    description: 'By its author or a moderator, to be restored by who did it. With `hard=true` by an admin, for good.',
  })
  @ApiNoContentResponse()
  @ApiProblems('forbidden', 'conflict', 'unavailable')
  async remove(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: MessageId,
    @Query() { hard }: DeleteMessageQuery,
  ): Promise<void> {
    await (hard ? this.erasing.erase(actor, id) : this.changes.remove(actor, id));
  }

  @Post('messages/:id/restore')
  @HttpCode(200)
  @ApiOperation({ summary: 'Restore a deleted message; by whoever deleted it' })
  @ApiOkResponse({ type: Message })
  @ApiProblems('forbidden', 'conflict', 'gone', 'unavailable')
  restore(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: MessageId): Promise<MessageView> {
    return this.changes.restore(actor, id);
  }
}
