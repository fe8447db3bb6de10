import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';

import { openRoute } from '../common/http/route-marks.js';
import { currentContext } from '../common/request-context.js';
import type { Actor } from '../common/actor.js';
import { tokenProblem } from './tokens.service.js';

/** Authenticates every HTTP route that is not marked open. Sockets are authenticated at their handshake. */
@Injectable()
export class JwtAuthGuard extends AuthGuard('jwt') {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override canActivate(
    context: ExecutionContext,
  ): ReturnType<InstanceType<ReturnType<typeof AuthGuard>>['canActivate']> {
    if (context.getType() !== 'http') return true;
    const isOpen = this.reflector.getAllAndOverride<boolean | undefined>(openRoute, [
      context.getHandler(),
      context.getClass(),
    ]);
    return isOpen === true ? true : super.canActivate(context);
  }

  /** @param info why passport-jwt refused the token, when it did */
  override handleRequest<User = Actor>(error: unknown, user: User | false, info: unknown): User {
    if (error instanceof Error) throw error;
    if (user === false) throw tokenProblem(info);
    const context = currentContext();
    if (context !== undefined) context.userId = (user as unknown as Actor).userId;
    return user;
  }
}
