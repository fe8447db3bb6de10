import { Controller, Get, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';

import type { LimitsView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { ApiSignedIn } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { LimitsService } from './limits.service.js';

@ApiTags('operations')
@ApiSignedIn()
@Controller('limits')
export class LimitsController {
  constructor(private readonly limits: LimitsService) {}

  @Get()
  @ApiOperation({ summary: 'Every limit that a client may meet, and what is left of each rate for me' })
  @ApiOkResponse({ schema: { type: 'object', required: ['limits', 'rates', 'connections', 'uploads', 'heartbeat'] } })
  get(@CurrentActor() actor: Actor, @Req() request: Request): Promise<LimitsView> {
    return this.limits.of(actor, request.ip ?? null);
  }
}
