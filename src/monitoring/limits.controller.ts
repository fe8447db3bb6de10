import { Controller, Get, Inject } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

import { limits } from '../../contract/limits.js';
import type { LimitsView } from '../../contract/views.js';
import type { Actor } from '../common/actor.js';
import { ApiProblems } from '../common/http/api-docs.js';
import { CurrentActor } from '../common/http/current-actor.decorator.js';
import { RateLimits, type RateName } from '../common/rate-limits/rate-limits.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';

const ratesOfUser = ['requestsPerMinute', 'requestsPerHour', 'messagesPerMinute'] as const satisfies RateName[];

@ApiTags('operations')
@ApiBearerAuth()
@Controller('limits')
export class LimitsController {
  constructor(
    private readonly rates: RateLimits,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Every limit that a client may meet, and what is left of each rate for me' })
  @ApiOkResponse({ schema: { type: 'object', required: ['limits', 'rates', 'connections', 'heartbeat'] } })
  @ApiProblems('unauthenticated', 'token_expired', 'session_revoked', 'rate_limited')
  get(@CurrentActor() actor: Actor): LimitsView {
    return {
      limits,
      rates: ratesOfUser.map((name) => ({
        name,
        limit: this.rates.rates[name].limit,
        windowSeconds: this.rates.rates[name].windowMs / 1000,
        remaining: this.rates.remaining(name, actor.userId),
      })),
      connections: { perUser: this.settings.WS_MAX_CONNECTIONS_PER_USER },
      heartbeat: { intervalMs: this.settings.WS_PING_INTERVAL, timeoutMs: this.settings.WS_PONG_TIMEOUT },
    };
  }
}
