import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';

import { RepeatedWork } from '../../common/repeated-work.js';
import { removeAbandonedSpools } from './spool.js';

/** An upload takes ten minutes at most, and what waits to be decoded seven more. */
const abandonedAfterMs = 3_600_000;

/** Removes what killed servers have left of pictures, at the start and every hour; on each node, as each has its own disk. */
@Injectable()
export class SpoolSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  // By the time of the disk, which no test sets.
  private readonly sweeping = new RepeatedWork('the sweep of pictures', abandonedAfterMs, () =>
    removeAbandonedSpools(new Date(Date.now() - abandonedAfterMs)),
  );

  onApplicationBootstrap(): void {
    this.sweeping.start({ atOnce: true });
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.sweeping.stop();
  }
}
