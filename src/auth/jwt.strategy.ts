import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy, type StrategyOptionsWithoutRequest } from 'passport-jwt';

import type { Actor } from '../common/actor.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { SessionsService } from './sessions.service.js';
import { accessClaims, signingKey, verification } from './tokens.service.js';

/** Takes the bearer token of a request (RFC 6750, 2.1: the header only) and turns it into the {@link Actor}. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor(
    @Inject(SETTINGS) settings: Settings,
    private readonly sessions: SessionsService,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      // The types of passport-jwt know only strings and buffers; jsonwebtoken, to which it is passed on, takes keys.
      secretOrKey: signingKey(settings) as unknown as Buffer,
      ...verification(settings),
    } satisfies StrategyOptionsWithoutRequest);
  }

  validate(claims: Record<string, unknown>): Promise<Actor> {
    return this.sessions.requireActor(accessClaims(claims));
  }
}
