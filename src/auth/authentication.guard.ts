import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

import type { AuthenticatedRequest } from '../common/http/current-actor.decorator.js';
import { openRoute } from '../common/http/route-marks.js';
import { currentContext } from '../common/request-context.js';
import { AuthenticationService } from './authentication.service.js';

/** Authenticates every HTTP route that is not marked open. Sockets are authenticated at their handshake. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authentication: AuthenticationService,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    if (execution.getType() !== 'http') return true;
    const marked = [execution.getHandler(), execution.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(openRoute, marked) === true) return true;
    const request = execution.switchToHttp().getRequest<AuthenticatedRequest>();
    request.user = await this.authentication.admitRequest(request);
    const context = currentContext();
    if (context !== undefined) context.userId = request.user.userId;
    return true;
  }
}
