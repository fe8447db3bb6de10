import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

import type { Page } from '../../contract/views.js';
import type { WebSocketClientView, WebSocketStatusView } from '../../contract/websocket-status.js';
import type { Actor } from '../common/actor.js';
import { ApiPage, ApiProblems } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { PageQuery } from '../common/http/page.query.js';
import { WebSocketStatusService } from './websocket-status.service.js';
import { WebSocketClient, WebSocketStatus } from './websocket-status.view.js';

@ApiTags('admin')
@ApiBearerAuth()
@ApiProblems('unauthenticated', 'token_expired', 'session_revoked', 'forbidden', 'rate_limited', 'unavailable')
@Controller('websocket')
export class WebSocketStatusController {
  constructor(private readonly sockets: WebSocketStatusService) {}

  @Get('status')
  @ApiOperation({ summary: 'The sockets of this node, their limits and heartbeat; for admins' })
  @ApiOkResponse({ type: WebSocketStatus })
  status(@CurrentActor() actor: Actor): Promise<WebSocketStatusView> {
    return this.sockets.status(actor);
  }

  @Get('clients')
  @ApiOperation({ summary: 'The open connections of this node; for admins' })
  @ApiPage(WebSocketClient)
  @ApiProblems('validation_failed')
  listClients(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<Page<WebSocketClientView>> {
    return this.sockets.listClients(actor, query);
  }
}
