import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, IsUUID, MaxLength, NotContains } from 'class-validator';

import { limits } from '../../../contract/limits.js';
import {
  conversationStatuses,
  entryOrders,
  type ConversationStatus,
  type EntryOrder,
} from '../../../contract/observatory.js';
import { MayBeAbsent } from '../../common/http/optional.decorator.js';
import { PageQuery } from '../../common/http/page.query.js';
import { IsTime } from '../../common/http/time.decorator.js';

export class ListConversationsQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid' })
  @MayBeAbsent()
  @IsUUID()
  projectId?: string;

  @ApiPropertyOptional({ enum: conversationStatuses })
  @MayBeAbsent()
  @IsIn(conversationStatuses)
  status?: ConversationStatus;

  @ApiPropertyOptional({ format: 'date-time', description: 'Still active then, or later' })
  @MayBeAbsent()
  @IsTime()
  startDate?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Begun by then' })
  @MayBeAbsent()
  @IsTime()
  endDate?: string;

  @ApiPropertyOptional({
    description: 'Part of the title, in either case',
    maxLength: limits.observatory.searchMaxLength,
  })
  @MayBeAbsent()
  @IsString()
  @MaxLength(limits.observatory.searchMaxLength)
  // No title has one, and the database takes none in a pattern.
  @NotContains('\0')
  q?: string;
}

export class ListEntriesQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: entryOrders,
    default: 'line',
    description: 'line: as they were written; tree: each before those that follow it, one branch after the other',
  })
  @IsIn(entryOrders)
  order: EntryOrder = 'line';
}

export class ListProblemLinesQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid' })
  @MayBeAbsent()
  @IsUUID()
  projectId?: string;
}
