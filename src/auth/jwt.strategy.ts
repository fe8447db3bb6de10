import type { IncomingMessage } from 'node:http';

import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy, type StrategyOptionsWithoutRequest } from 'passport-jwt';

import { limits } from '../../contract/limits.js';
import type { Actor } from '../common/actor.js';
import { bearerToken } from '../common/http/bearer-token.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { registerUnderOwnName } from './own-name.js';
import { SessionsService } from './sessions.service.js';
import { accessClaims, jwtOptions } from './tokens.service.js';

/** Our own access tokens, in the header of a request (RFC 6750, 2.1). */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  readonly ownName = registerUnderOwnName(this);

  constructor(
    @Inject(SETTINGS) settings: Settings,
    private readonly sessions: SessionsService,
  ) {
    const { secret, verifyOptions } = jwtOptions(settings);
    super({
      jwtFromRequest: takeToken,
      // The types of passport-jwt know only strings and buffers; jsonwebtoken, to which it is passed on, takes keys.
      secretOrKey: secret as unknown as Buffer,
      ...verifyOptions,
    } satisfies StrategyOptionsWithoutRequest);
  }

  override authenticate(...[request, options]: Parameters<Strategy['authenticate']>): void {
    try {
      super.authenticate(request, options);
    } catch {
      // jsonwebtoken throws at claims that are `null`: no token of ours, as the next strategy then says.
      this.fail(401);
    }
  }

  async validate(claims: unknown): Promise<Actor> {
    return this.sessions.requireActor(accessClaims(claims));
  }
}

/** What is longer than any token is not decoded at all. */
function takeToken(request: IncomingMessage): string | null {
  const token = bearerToken(request);
  return token === undefined || token.length > limits.token.maxLength ? null : token;
}
