import { setTimeout as sleep } from 'node:timers/promises';

import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';

import type { GroupId } from '../common/ids.js';
import { OtherNodes } from '../common/other-nodes.js';
import { RepeatedWork } from '../common/repeated-work.js';
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
 * restored backup undid, and every five minutes what another node left so. One node does it for all.
 */
@Injectable()
export class SearchSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sweeping: RepeatedWork;

  constructor(
    private readonly epochs: GroupEpochsService,
    private readonly log: LogReaderService,
    private readonly progress: SearchProgressRepository,
    private readonly indexer: SearchIndexer,
    nodes: OtherNodes,
  ) {
    this.sweeping = new RepeatedWork('the sweep of search entries', intervalMs, (stopping) => this.sweep(stopping), {
      job: 'search-sweep',
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
    let after: GroupId | null = null;
    while (!stopping.aborted) {
      const groups: { _id: GroupId; epoch: string }[] = await this.epochs.list(after, groupsAtOnce);
      await this.compare(groups);
      const last = groups.at(-1);
      if (last === undefined || groups.length < groupsAtOnce) return;
      after = last._id;
      await sleep(pauseMs, undefined, { signal: stopping, ref: false });
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
}
