import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

import type { MarkerView, Page, ReadStateView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { ApiPage, ApiProblems } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { IdPipe } from '../common/http/id.pipe.js';
import { PageQuery } from '../common/http/page.query.js';
import type { GroupId } from '../common/ids.js';
import { MarkerDto } from './dto/marker.dto.js';
import { Marker, ReadState } from './marker.view.js';
import { MarkersService } from './markers.service.js';

@ApiTags('markers')
@ApiBearerAuth()
@ApiProblems(
  'validation_failed',

  'unauthenticated',
  'token_expired',
  'session_revoked',
  'not_a_member',
  'not_found',
  'rate_limited',
)
@Controller('groups/:id')
export class MarkersController {
  constructor(private readonly markers: MarkersService) {}

  @Put('read')
  @ApiOperation({ summary: 'Read up to here; never moves back' })
  @ApiOkResponse({ type: Marker })
  @ApiProblems('malformed_json')
  read(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: GroupId, @Body() body: MarkerDto): Promise<MarkerView> {
    return this.markers.move(actor, id, 'read', body.seq);
  }

  @Put('delivered')
  @ApiOperation({ summary: 'Delivered up to here; never moves back' })
  @ApiOkResponse({ type: Marker })
  @ApiProblems('malformed_json')
  delivered(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: GroupId,
    @Body() body: MarkerDto,
  ): Promise<MarkerView> {
    return this.markers.move(actor, id, 'delivered', body.seq);
  }

  @Get('read-state')
  @ApiOperation({ summary: 'How far every member has read and has been delivered' })
  @ApiPage(ReadState)
  readState(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: GroupId,
    @Query() query: PageQuery,
  ): Promise<Page<ReadStateView>> {
    return this.markers.readState(actor, id, query);
  }
}
