import {
  applyDecorators,
  Injectable,
  mixin,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type Type,
} from '@nestjs/common';
import type { Response } from 'express';
import { tap, type Observable } from 'rxjs';

import { Problem } from '../problem.js';
import { RateLimits, type RateName } from '../rate-limits/rate-limits.js';
import type { AuthenticatedRequest } from './current-actor.decorator.js';

/**
 * Shows on each answer of a route how much the user has left of a rate that is counted where the work is done:
 * `RateLimit-Limit-<name>` and so on, beside the plain headers, which are about requests of any kind. When it is this
 * rate that refuses, the plain ones tell of it too.
 */
export function ShowsRate(name: RateName): MethodDecorator {
  return applyDecorators(UseInterceptors(rateInterceptor(name)));
}

function rateInterceptor(name: RateName): Type<NestInterceptor> {
  @Injectable()
  class RateInterceptor implements NestInterceptor {
    constructor(private readonly rates: RateLimits) {}

    intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
      const http = context.switchToHttp();
      const { user } = http.getRequest<AuthenticatedRequest>();
      const show = (suffixes: readonly string[]) => {
        const standing = user === undefined ? null : this.rates.standing(name, user.userId);
        if (standing === null) return;
        const response = http.getResponse<Response>();
        for (const suffix of suffixes) {
          response.setHeader(`RateLimit-Limit${suffix}`, standing.limit);
          response.setHeader(`RateLimit-Remaining${suffix}`, standing.remaining);
          response.setHeader(`RateLimit-Reset${suffix}`, standing.resetSeconds);
        }
      };
      return next.handle().pipe(
        tap({
          next: () => {
            show([`-${name}`]);
          },
          error: (error: unknown) => {
            const isRefused = error instanceof Problem && error.code === 'rate_limited';
            show(isRefused ? [`-${name}`, ''] : [`-${name}`]);
          },
        }),
      );
    }
  }
  return mixin(RateInterceptor);
}
