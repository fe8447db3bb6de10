import { Global, Module } from '@nestjs/common';

import { Clock } from './clock.js';
import { DomainEvents } from './domain-events.js';
import { PublicUrl } from './http/public-url.js';
import { RateLimits } from './rate-limits/rate-limits.js';
import { WindowCounters } from './rate-limits/window-counters.js';
import { Telemetry } from './telemetry/telemetry.js';

/** What every module may ask for without importing it. */
@Global()
@Module({
  providers: [Clock, DomainEvents, WindowCounters, RateLimits, PublicUrl, Telemetry],
  exports: [Clock, DomainEvents, WindowCounters, RateLimits, PublicUrl, Telemetry],
})
export class CommonModule {}
