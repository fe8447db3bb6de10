import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';

import type { Actor } from '../common/actor.js';
import { openRoute } from '../common/http/route-marks.js';
import { currentContext } from '../common/request-context.js';
import { IssuerStrategy } from './issuer.strategy.js';
import { JwtStrategy } from './jwt.strategy.js';
import { notAToken } from './tokens.service.js';

const Guard = AuthGuard();

/** Authenticates every HTTP route that is not marked open. Sockets are authenticated at their handshake. */
@Injectable()
export class AuthenticationGuard extends Guard {
  constructor(
    private readonly reflector: Reflector,
    jwt: JwtStrategy,
    issuer: IssuerStrategy,
  ) {
    super({ defaultStrategy: [jwt.ownName, issuer.ownName] });
  }

  override canActivate(execution: ExecutionContext): ReturnType<InstanceType<typeof Guard>['canActivate']> {
    if (execution.getType() !== 'http') return true;
    const marked = [execution.getHandler(), execution.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(openRoute, marked) === true) return true;
    return super.canActivate(execution);
  }

  override handleRequest<User = Actor>(error: unknown, user: User | false): User {
    if (error instanceof Error) throw error;
    if (user === false) throw notAToken(error);
    const context = currentContext();
    if (context !== undefined) context.userId = (user as unknown as Actor).userId;
    return user;
  }
}
