import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { SkipThrottle } from '@nestjs/throttler';
import type { Response } from 'express';

import { Clock } from '../common/clock.js';
import { Open } from '../common/http/route-marks.js';
import { OtherNodes } from '../common/other-nodes.js';
import { DatabaseHealth } from '../database/database-health.js';
import { ObservatoryStatusService } from '../observatory/observatory-status.service.js';
import { Health, Liveness, ReadinessState } from './health.view.js';
import { Readiness } from './readiness.js';
import { version } from '../common/package.js';

const reasonOf = {
  no_database: 'The database does not answer.',
  no_redis: 'Redis does not answer: live events do not reach the users of other nodes until it does.',
  starting: 'The server is starting.',
  draining: 'The server is stopping: it finishes what it has accepted, and takes nothing new.',
} as const;

/** For load balancers and people: not under the API's prefix, open, and never rate limited. */
@ApiTags('operations')
@Open()
@SkipThrottle({ default: true, requestsPerHour: true, authPerMinute: true })
@Controller('health')
export class HealthController {
  constructor(
    private readonly database: DatabaseHealth,
    private readonly readiness: Readiness,
    private readonly observatory: ObservatoryStatusService,
    private readonly nodes: OtherNodes,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({ summary: 'State of the server and of what it stands on' })
  @ApiOkResponse({ type: Health })
  @ApiServiceUnavailableResponse({ type: Health })
  async health(@Res({ passthrough: true }) response: Response): Promise<Health> {
    const answers = await this.database.answers();
    if (!answers) response.status(HttpStatus.SERVICE_UNAVAILABLE);
    const { isLinked } = this.nodes;
    return {
      status: stateOf(answers, isLinked),
      version,
      uptime: Math.floor(process.uptime()),
      timestamp: this.clock.now().toISOString(),
      services: {
        database: answers ? 'up' : 'down',
        cache: isLinked ? 'up' : 'down',
        realtime: 'up',
        observatory: this.observatory.health,
      },
      reasons: [...(answers ? [] : [reasonOf.no_database]), ...(isLinked ? [] : [reasonOf.no_redis])],
    };
  }

  @Get('live')
  @ApiOperation({ summary: 'The process answers' })
  @ApiOkResponse({ type: Liveness })
  live(): Liveness {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'The server takes requests: not while starting, draining, or without its database' })
  @ApiOkResponse({ type: ReadinessState })
  @ApiServiceUnavailableResponse({ type: ReadinessState })
  async ready(@Res({ passthrough: true }) response: Response): Promise<ReadinessState> {
    const status = await this.readyState();
    if (status === 'ready') return { status, reason: null };
    response.status(HttpStatus.SERVICE_UNAVAILABLE);
    return { status, reason: reasonOf[status] };
  }

  private async readyState(): Promise<ReadinessState['status']> {
    if (this.readiness.state !== 'serving') return this.readiness.state;
    return (await this.database.answers()) ? 'ready' : 'no_database';
  }
}

function stateOf(hasDatabase: boolean, isLinked: boolean): Health['status'] {
  if (!hasDatabase) return 'unavailable';
  return isLinked ? 'ok' : 'degraded';
}
