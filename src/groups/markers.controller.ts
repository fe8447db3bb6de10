import { applyDecorators, Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

import type { MarkerView, Page, ReadStateView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { ApiPage, ApiProblems, ApiSignedIn } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { IdPipe } from '../common/http/id.pipe.js';
import { PageQuery } from '../common/http/page.query.js';
import type { GroupId } from '../common/ids.js';
import { MarkerDto } from './dto/marker.dto.js';
import { Marker, ReadState } from './marker.view.js';
import { MarkersService } from './markers.service.js';

/** The route that moves one marker, with its documentation. */
const PutMarker = (kind: 'read' | 'delivered', summary: string) =>
  applyDecorators(Put(kind), ApiOperation({ summary }), ApiOkResponse({ type: Marker }), ApiProblems('malformed_json'));

@ApiTags('markers')
@ApiSignedIn('not_a_member', 'not_found')
@Controller('groups/:id')
export class MarkersController {
  constructor(private readonly markers: MarkersService) {}

  @PutMarker('read', 'Read up to here; never moves back')
  read(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: GroupId, @Body() body: MarkerDto): Promise<MarkerView> {
    return this.markers.move(actor, id, 'read', body.seq);
  }

  @PutMarker('delivered', 'Delivered up to here; never moves back')
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
