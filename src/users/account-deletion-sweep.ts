import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';

import { Clock } from '../common/clock.js';
import { OtherNodes } from '../common/other-nodes.js';
import { RepeatedWork } from '../common/repeated-work.js';
import { AccountDeletionService } from './account-deletion.service.js';

const intervalMs = 10 * 60_000;

/** A deletion that is under way is left to whoever is about it; at the start of the only node nobody is. */
const patienceMs = 60_000;

/** Finishes deletions of accounts that were interrupted: at the start, and every ten minutes, on one node for all. */
@Injectable()
export class AccountDeletionSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sweeping: RepeatedWork;
  private olderThanMs: number;

  constructor(
    private readonly deletion: AccountDeletionService,
    private readonly clock: Clock,
    nodes: OtherNodes,
  ) {
    this.olderThanMs = nodes.isAlone ? 0 : patienceMs;
    this.sweeping = new RepeatedWork('the sweep of deleted accounts', intervalMs, (stopping) => this.sweep(stopping), {
      job: 'account-deletion-sweep',
      nodes,
    });
  }

  onApplicationBootstrap(): void {
    this.sweeping.start({ atOnce: true });
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.sweeping.stop();
  }

  private async sweep(stopping: AbortSignal): Promise<void> {
    const before = new Date(this.clock.now().getTime() - this.olderThanMs);
    this.olderThanMs = patienceMs;
    await this.deletion.sweep(before, stopping);
  }
}
