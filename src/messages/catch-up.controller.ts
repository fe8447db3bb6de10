import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

import type { ChangesView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { ApiSignedIn } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { IdPipe } from '../common/http/id.pipe.js';
import type { GroupId } from '../common/ids.js';
import { CatchUpService } from './catch-up.service.js';
import { Changes } from './changes.view.js';
import { ChangesQuery } from './dto/changes.query.js';

@ApiTags('messages')
@ApiSignedIn('not_a_member', 'not_found')
@Controller('groups/:id')
export class CatchUpController {
  constructor(private readonly catchUp: CatchUpService) {}

  @Get('changes')
  @ApiOperation({ summary: 'Every message created or changed since, in rev order' })
  @ApiOkResponse({ type: Changes })
  changes(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: GroupId,
    @Query() { since, epoch, limit }: ChangesQuery,
  ): Promise<ChangesView> {
    return this.catchUp.changes(actor, id, { rev: since, epoch: epoch?.toLowerCase() }, limit);
  }
}
