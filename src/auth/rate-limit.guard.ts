import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { getOptionsToken, getStorageToken, ThrottlerGuard, type ThrottlerModuleOptions } from '@nestjs/throttler';
import type { ThrottlerRequest, ThrottlerStorage } from '@nestjs/throttler';
import type { Request, Response } from 'express';

import { addressKey } from '../common/rate-limits/address-key.js';
import { rateLimited } from '../common/rate-limits/rate-limits.js';
import { AuthenticationService } from './authentication.service.js';

/**
 * Counts HTTP requests: for each user when the token is good, else for each address. It runs before authentication, so
 * that guesses at tokens are counted too. Sockets count where their events are taken.
 */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  protected override headerPrefix = 'RateLimit';

  constructor(
    @Inject(getOptionsToken()) options: ThrottlerModuleOptions,
    @Inject(getStorageToken()) storage: ThrottlerStorage,
    reflector: Reflector,
    private readonly authentication: AuthenticationService,
  ) {
    super(options, storage, reflector);
  }

  protected override shouldSkip(context: ExecutionContext): Promise<boolean> {
    return Promise.resolve(context.getType() !== 'http');
  }

  /** Logins and the like always count by address: else every account would give its owner guesses of its own. */
  protected override handleRequest(props: ThrottlerRequest): Promise<boolean> {
    if (props.throttler.name !== 'authPerMinute') return super.handleRequest(props);
    return super.handleRequest({
      ...props,
      getTracker: (request) => Promise.resolve(addressKey((request as Request).ip)),
    });
  }

  protected override async getTracker(request: Request): Promise<string> {
    return (await this.userOf(request)) ?? addressKey(request.ip);
  }

  /** One counter a name and user, over all routes. */
  protected override generateKey(_context: ExecutionContext, tracker: string, name: string): string {
    return `${name === 'default' ? 'requestsPerMinute' : name}:${tracker}`;
  }

  protected override throwThrottlingException(
    context: ExecutionContext,
    { limit, timeToBlockExpire }: { limit: number; timeToBlockExpire: number },
  ): Promise<never> {
    const response = context.switchToHttp().getResponse<Response>();
    response.setHeader('RateLimit-Limit', limit);
    response.setHeader('RateLimit-Remaining', 0);
    response.setHeader('RateLimit-Reset', timeToBlockExpire);
    return Promise.reject(rateLimited(timeToBlockExpire));
  }

  private async userOf(request: Request): Promise<string | undefined> {
    try {
      return (await this.authentication.identifyRequest(request)).userId;
    } catch {
      // Not a good token: the authentication behind this guard says so; here it only means "count by address".
      return undefined;
    }
  }
}
