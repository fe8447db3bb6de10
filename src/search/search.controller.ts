import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';

import type { FoundMessageView, Page } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { ApiPage, ApiSignedIn } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { Problem } from '../common/problem.js';
import { SearchMessagesQuery } from './dto/search-messages.query.js';
import { FoundMessage } from './found-message.view.js';
import { SearchService } from './search.service.js';

@ApiTags('messages')
@ApiSignedIn('not_a_member', 'not_found')
@Controller('search')
export class SearchController {
  constructor(private readonly searches: SearchService) {}

  @Get('messages')
  @ApiOperation({
    summary: 'Search the messages of my groups, best match first',
    description:
      'A message is found about a second after it was sent or edited. One that is deleted, or of a group that I have left, is not found any more from that moment on.',
  })
  @ApiPage(FoundMessage)
  messages(
    @CurrentActor() actor: Actor,
    @Query() { limit, cursor, from, to, ...search }: SearchMessagesQuery,
  ): Promise<Page<FoundMessageView>> {
    const span = { from: timeOf(from), to: timeOf(to) };
    if (span.from !== undefined && span.to !== undefined && span.from > span.to) {
      throw Problem.field('to', 'must not be before from');
    }
    return this.searches.search(actor, { ...search, ...span }, { limit, cursor });
  }
}

function timeOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
