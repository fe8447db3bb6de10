import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

import { Clock } from '../common/clock.js';
import { AccountDeletionService } from './account-deletion.service.js';

const intervalMs = 10 * 60_000;

/** A deletion that is under way is left to whoever is about it. */
const patienceMs = 60_000;

/** Finishes deletions of accounts that were interrupted: at the start, and every ten minutes. Two nodes doing so at once do no harm. */
@Injectable()
export class AccountDeletionSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(AccountDeletionSweep.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly deletion: AccountDeletionService,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.sweep(0);
    this.timer = setInterval(() => {
      this.sweep(patienceMs);
    }, intervalMs);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private sweep(olderThanMs: number): void {
    const before = new Date(this.clock.now().getTime() - olderThanMs);
    this.deletion.sweep(before).catch((error: unknown) => {
      // Nothing waits for a sweep; the next one tries again.
      this.logger.warn({ err: error }, 'the sweep of deleted accounts failed');
    });
  }
}
