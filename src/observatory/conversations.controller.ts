import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

import type { ConversationAnalyticsView, ConversationView, EntryView } from '../../contract/observatory.js';
import type { Page } from '../../contract/views.js';
import { ApiPage, ApiProblems, ApiSignedIn } from '../common/http/api-docs.js';
import { IdPipe } from '../common/http/id.pipe.js';
import { Problem } from '../common/problem.js';
import { ConversationAnalytics } from './analytics.view.js';
import { Conversation } from './conversation.view.js';
import { ConversationsService } from './conversations.service.js';
import { ListConversationsQuery, ListEntriesQuery } from './dto/list-conversations.query.js';
import { Entry } from './entry.view.js';
import type { ConversationId, ProjectId } from './observatory-ids.js';

@ApiTags('observatory')
@ApiSignedIn()
@Controller('conversations')
export class ConversationsController {
  constructor(private readonly conversations: ConversationsService) {}

  @Get()
  @ApiOperation({ summary: 'Conversations with Claude Code, the latest active first' })
  @ApiPage(Conversation)
  list(@Query() { projectId, startDate, endDate, ...query }: ListConversationsQuery): Promise<Page<ConversationView>> {
    const [start, end] = [startDate, endDate].map((time) => (time === undefined ? undefined : new Date(time)));
    if (start !== undefined && end !== undefined && start > end) {
      throw Problem.field('endDate', 'must not be before startDate');
    }
    return this.conversations.list({
      ...query,
      projectId: projectId?.toLowerCase() as ProjectId | undefined,
      startDate: start,
      endDate: end,
    });
  }

  @Get(':id')
  @ApiOperation({ summary: 'One conversation' })
  @ApiOkResponse({ type: Conversation })
  @ApiProblems('not_found')
  get(@Param('id', IdPipe) id: ConversationId): Promise<ConversationView> {
    return this.conversations.get(id);
  }

  @Get(':id/messages')
  @ApiOperation({ summary: 'What was said in a conversation, line by line or as a tree' })
  @ApiPage(Entry)
  @ApiProblems('not_found')
  messages(@Param('id', IdPipe) id: ConversationId, @Query() query: ListEntriesQuery): Promise<Page<EntryView>> {
    return this.conversations.messages(id, query);
  }

  @Get(':id/analytics')
  @ApiOperation({ summary: 'Times, turns, tools, tokens and errors of a conversation' })
  @ApiOkResponse({ type: ConversationAnalytics })
  @ApiProblems('not_found')
  analytics(@Param('id', IdPipe) id: ConversationId): Promise<ConversationAnalyticsView> {
    return this.conversations.analytics(id);
  }
}
