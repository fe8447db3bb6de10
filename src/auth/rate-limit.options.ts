import type { ExecutionContext } from '@nestjs/common';
import type { ThrottlerModuleOptions } from '@nestjs/throttler';

import { authRate } from '../common/http/route-marks.js';
import { ratesOf } from '../common/rate-limits/rate-limits.js';
import type { WindowCounters } from '../common/rate-limits/window-counters.js';
import type { Settings } from '../config/settings.js';

/** The throttler's options: every route counts a minute and an hour, routes of login and the like a minute of their own. */
export function rateLimitOptions(settings: Settings, storage: WindowCounters): ThrottlerModuleOptions {
  const { requestsPerMinute, requestsPerHour, authPerMinute } = ratesOf(settings);
  return {
    storage,
    skipIf: () => !settings.RATE_LIMIT_ENABLED,
    throttlers: [
      // The name "default" makes the headers plain: RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset.
      { name: 'default', limit: requestsPerMinute.limit, ttl: requestsPerMinute.windowMs },
      { name: 'requestsPerHour', limit: requestsPerHour.limit, ttl: requestsPerHour.windowMs, setHeaders: false },
      {
        name: 'authPerMinute',
        limit: authPerMinute.limit,
        ttl: authPerMinute.windowMs,
        skipIf: (context: ExecutionContext) =>
          !settings.RATE_LIMIT_ENABLED || Reflect.getMetadata(authRate, context.getHandler()) !== true,
      },
    ],
  };
}
