import { setTimeout as sleep } from 'node:timers/promises';

import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';

import type { GroupId } from '../common/ids.js';
import { GroupEpochsService } from '../groups/group-epochs.service.js';
import { LogReaderService } from '../messages/log-reader.service.js';
import { SearchIndexer } from './search-indexer.js';
import { SearchProgressRepository } from './search-progress.repository.js';
import { termsVersion } from './terms.js';

const intervalMs = 5 * 60_000;
const groupsAtOnce = 200;
const pauseMs = 50;

/**
 * Finds groups whose search entries are behind the log, or of another log: at the start, what a crash left undone or a
 * restored backup undid, and every five minutes what another node left so. Two nodes doing so at once do no harm.
 */
@Injectable()
export class SearchSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(SearchSweep.name);
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly epochs: GroupEpochsService,
    private readonly log: LogReaderService,
    private readonly progress: SearchProgressRepository,
    private readonly indexer: SearchIndexer,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.repeat();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private async repeat(): Promise<void> {
    while (!this.isStopping()) {
      try {
        await this.sweep();
      } catch (error) {
        // Nothing waits for a sweep; the next one tries again.
        if (!this.isStopping()) this.logger.warn({ err: error }, 'the sweep of search entries failed');
      }
      await this.pause(intervalMs);
    }
  }

  private async sweep(): Promise<void> {
    let after: GroupId | null = null;
    for (;;) {
      const groups: { _id: GroupId; epoch: string }[] = await this.epochs.list(after, groupsAtOnce);
      await this.compare(groups);
      const last = groups.at(-1);
      if (last === undefined || groups.length < groupsAtOnce || this.isStopping()) return;
      after = last._id;
      await this.pause(pauseMs);
    }
  }

  private async compare(groups: readonly { _id: GroupId; epoch: string }[]): Promise<void> {
    const ids = groups.map(({ _id }) => _id);
    // First what is noted, then the logs: the other way round a group could seem to be ahead of its log.
    const noted = new Map((await this.progress.listByIds(ids)).map((record) => [record._id, record]));
    const ends = await this.log.ends(ids);
    for (const { _id, epoch } of groups) {
      const rev = ends.get(_id)?.rev ?? 0;
      const known = noted.get(_id);
      const isOfThisLog =
        known === undefined || (known.epoch === epoch && known.termsVersion === termsVersion && known.rev <= rev);
      if (!isOfThisLog) this.indexer.startAfresh(_id, epoch);
      else if ((known?.rev ?? 0) < rev) this.indexer.catchUp([_id]);
    }
  }

  private async pause(durationMs: number): Promise<void> {
    const { signal } = this.stopping;
    await sleep(durationMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
