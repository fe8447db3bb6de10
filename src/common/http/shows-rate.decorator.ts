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

type KeyOf = (request: AuthenticatedRequest) => string | undefined;

/**
 * Shows on each answer of a route how much is left of a rate that is counted where the work is done:
 * `RateLimit-Limit-<name>` and so on, beside the plain headers, which are about requests of any kind. When it is this
 * rate that refuses, the plain ones tell of it too.
 *
 * @param keyOf what the rate is counted for: the user, unless it says otherwise; `undefined` for nobody
 */
export function ShowsRate(name: RateName, keyOf: KeyOf = ({ user }) => user?.userId): MethodDecorator {
  return applyDecorators(UseInterceptors(rateInterceptor(name, keyOf)));
}

function rateInterceptor(name: RateName, keyOf: KeyOf): Type<NestInterceptor> {
  @Injectable()
  class RateInterceptor implements NestInterceptor {
    constructor(private readonly rates: RateLimits) {}

    intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
      const http = context.switchToHttp();
      const key = keyOf(http.getRequest<AuthenticatedRequest>());
      const show = (isRefused: boolean) => {
        const standing = key === undefined ? null : this.rates.standing(name, key);
        if (standing === null) return;
        const response = http.getResponse<Response>();
        for (const suffix of isRefused && standing.remaining === 0 ? [`-${name}`, ''] : [`-${name}`]) {
          response.setHeader(`RateLimit-Limit${suffix}`, standing.limit);
          response.setHeader(`RateLimit-Remaining${suffix}`, standing.remaining);
          response.setHeader(`RateLimit-Reset${suffix}`, standing.resetSeconds);
        }
      };
      return next.handle().pipe(
        tap({
          next: () => {
            show(false);
          },
          error: (error: unknown) => {
            show(error instanceof Problem && error.code === 'rate_limited');
          },
        }),
      );
    }
  }
  return mixin(RateInterceptor);
}
