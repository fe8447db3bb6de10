import { Inject, Injectable } from '@nestjs/common';

import { limits } from '../../../contract/limits.js';
import { SETTINGS } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.js';
import { Problem } from '../problem.js';
import { WindowCounters } from './window-counters.js';

interface Rate {
  limit: number;
  windowMs: number;
}

/** How much is left of a rate, and in how many seconds it begins anew. */
export interface RateStanding {
  limit: number;
  remaining: number;
  resetSeconds: number;
}

/** The rates that an operator sets, by name. */
export type RateName =
  | 'requestsPerMinute'
  | 'requestsPerHour'
  | 'authPerMinute'
  | 'messagesPerMinute'
  | 'uploadsPerMinute'
  | 'loginFailures';

/** Rates that are counted where the work is done, whatever way it came in: over REST or over a socket. */
@Injectable()
export class RateLimits {
  readonly rates: Readonly<Record<RateName, Rate>>;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly counters: WindowCounters,
  ) {
    this.rates = ratesOf(settings);
  }

  /**
   * Counts one use.
   *
   * @throws Problem `rate_limited` with `retryAfter` when the window is full
   */
  use(name: RateName, key: string): void {
    if (!this.settings.RATE_LIMIT_ENABLED) return;
    const { limit, windowMs } = this.rates[name];
    const count = this.counters.count(`${name}:${key}`, windowMs, limit);
    if (count.isBlocked) throw rateLimited(count.timeToBlockExpire);
  }

  /** Where a rate stands, as the `RateLimit-*` headers tell it; `null` when rates are not counted. */
  standing(name: RateName, key: string): RateStanding | null {
    if (!this.settings.RATE_LIMIT_ENABLED) return null;
    const { limit, windowMs } = this.rates[name];
    const resetSeconds = this.counters.secondsLeft(`${name}:${key}`) ?? windowMs / 1000;
    return { limit, remaining: this.remaining(name, key), resetSeconds };
  }

  /** How many uses are left in the present window. */
  remaining(name: RateName, key: string): number {
    return Math.max(0, this.rates[name].limit - this.counters.hits(`${name}:${key}`));
  }

  /** The last use was none. */
  takeBack(name: RateName, key: string): void {
    this.counters.takeBack(`${name}:${key}`);
  }

  /** No use in the present window counts any more. */
  forget(name: RateName, key: string): void {
    this.counters.forget(`${name}:${key}`);
  }
}

/** @param retryAfter seconds */
export function rateLimited(retryAfter: number): Problem {
  return new Problem('rate_limited', `Too many requests. Try again in ${String(retryAfter)} s.`, { retryAfter });
}

/** The rates as settings give them. */
export function ratesOf(settings: Settings): Record<RateName, Rate> {
  const minute = 60_000;
  return {
    requestsPerMinute: { limit: settings.RATE_LIMIT_REQUESTS_PER_MINUTE, windowMs: minute },
    requestsPerHour: { limit: settings.RATE_LIMIT_REQUESTS_PER_HOUR, windowMs: 60 * minute },
    authPerMinute: { limit: settings.RATE_LIMIT_AUTH_PER_MINUTE, windowMs: minute },
    messagesPerMinute: { limit: settings.RATE_LIMIT_MESSAGES_PER_MINUTE, windowMs: minute },
    uploadsPerMinute: { limit: settings.RATE_LIMIT_UPLOADS_PER_MINUTE, windowMs: minute },
    loginFailures: { limit: settings.RATE_LIMIT_LOGIN_FAILURES, windowMs: limits.login.failureWindowMs },
  };
}
