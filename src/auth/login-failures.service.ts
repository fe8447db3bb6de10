import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

import { limits } from '../../contract/limits.js';
import { Clock } from '../common/clock.js';
import { newUserId } from '../common/ids.js';
import { OtherNodes } from '../common/other-nodes.js';
import { Problem } from '../common/problem.js';
import { rateLimited, RateLimits } from '../common/rate-limits/rate-limits.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { UsersService } from '../users/users.service.js';
import { loginPlace } from './login-place.js';
import { SessionsRepository } from './sessions.repository.js';

/** The failures of one login name, from all addresses together. */
interface Struggle {
  failures: number;
  lastAtMs: number;
  /** Until then, addresses that nobody logged in from before have to wait. */
  nextAtMs: number;
}

/** What nodes tell each other: a login name has one failure more, or one less. */
interface LoginNews {
  name: string;
  change: 1 | -1;
}

const maxKept = 100_000;
const { freeFailures, maxDelayMs, forgottenAfterMs } = limits.login;

/**
 * Slows guesses at passwords down without locking the owner out. Failures are counted in two ways: for each login name
 * and address, strictly; and for each login name over all addresses, where after some the next guess has to wait, twice
 * as long each time, up to a minute. An address from which that account was logged in to before does not have to wait.
 *
 * A login name counts as it was written, whether there is such an account or not: the answer tells nobody.
 */
@Injectable()
export class LoginFailuresService {
  private readonly struggles = new LRUCache<string, Struggle>({ max: maxKept });
  private readonly goodPlaces = new LRUCache<string, true>({ max: maxKept });

  constructor(
    private readonly rates: RateLimits,
    private readonly users: UsersService,
    private readonly sessions: SessionsRepository,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly nodes: OtherNodes,
  ) {
    nodes.listen('logins', (message) => {
      const { name, change } = message as LoginNews;
      this.apply(name, change);
    });
  }

  /**
   * Makes an attempt, which counts from its beginning: many at once are no way around.
   *
   * @param attempt throws `invalid_credentials` when it fails; whatever else it throws is nobody's failure
   * @throws Problem `rate_limited`, or what `attempt` throws
   */
  async count<Result>(login: string, address: string | null, attempt: () => Promise<Result>): Promise<Result> {
    if (!this.settings.RATE_LIMIT_ENABLED) return attempt();
    const name = login.toLowerCase();
    const place = loginPlace(name, address);
    await this.requireTurn(name, address);
    this.rates.use('loginFailures', place);
    this.change(name, 1);
    try {
      const result = await attempt();
      this.rates.forget('loginFailures', place);
      this.goodPlaces.set(place, true);
      this.change(name, -1);
      return result;
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'invalid_credentials') {
        this.rates.takeBack('loginFailures', place);
        this.change(name, -1);
      }
      throw error;
    }
  }

  /** @throws Problem `rate_limited` when another address has to wait, and this one is not known */
  private async requireTurn(name: string, address: string | null): Promise<void> {
    const waitMs = this.struggleOf(name).nextAtMs - this.nowMs();
    if (waitMs > 0 && !(await this.isGoodPlace(name, address))) throw rateLimited(Math.ceil(waitMs / 1000));
  }

  /** On every node: whoever guesses at several has no more guesses for it. */
  private change(name: string, change: LoginNews['change']): void {
    this.apply(name, change);
    this.nodes.tell('logins', { name, change } satisfies LoginNews);
  }

  private apply(name: string, change: LoginNews['change']): void {
    if (change === 1) this.note(name);
    else this.takeBack(name);
  }

  private note(name: string): void {
    const struggle = this.struggleOf(name);
    struggle.failures += 1;
    struggle.lastAtMs = this.nowMs();
    const beyond = struggle.failures - freeFailures;
    if (beyond >= 0) struggle.nextAtMs = struggle.lastAtMs + Math.min(maxDelayMs, 1000 * 2 ** beyond);
    this.struggles.set(name, struggle);
  }

  /** The attempt was no failure. Those before it stay: the owner's login gives nobody new guesses. */
  private takeBack(name: string): void {
    const struggle = this.struggleOf(name);
    struggle.failures = Math.max(0, struggle.failures - 1);
    if (struggle.failures < freeFailures) struggle.nextAtMs = 0;
  }

  private struggleOf(name: string): Struggle {
    const known = this.struggles.get(name);
    if (known !== undefined && this.nowMs() - known.lastAtMs < forgottenAfterMs) return known;
    return { failures: 0, lastAtMs: this.nowMs(), nextAtMs: 0 };
  }

  /** From memory, or from the sessions that live: both are asked for a name without an account as well, for equal time. */
  private async isGoodPlace(name: string, address: string | null): Promise<boolean> {
    if (this.goodPlaces.has(loginPlace(name, address))) return true;
    if (address === null) return false;
    const user = await this.users.findByLogin(name);
    return this.sessions.hasAddress(user?._id ?? newUserId(), address);
  }

  private nowMs(): number {
    return this.clock.now().getTime();
  }
}
