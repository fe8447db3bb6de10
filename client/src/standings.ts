import type { MyGroupView, Page } from '../../contract/views.js';
import { limits } from '../../contract/limits.js';
import { Backoff } from './backoff.js';
import { standingOf, type Standing } from './standing.js';
import { sleep } from './timers.js';

export interface StandingsHooks {
  /** @throws ProblemError */
  listGroups: (query: string) => Promise<Page<MyGroupView>>;
  /** Aborted when the client is closed. */
  signal: AbortSignal;
  /** A group is asked for: its changes are noted from now on, until the returned function is called. */
  hold: (groupId: string) => () => void;
  onStanding: (groupId: string, standing: Standing) => void;
  /** The list of the user's groups does not have it. */
  onMissing: (groupId: string) => void;
}

/** Several groups are asked for in one go, and one group not all the time. */
const pauseMs = 50;

/** Reads from the list of the user's groups where groups stand. */
export class Standings {
  private readonly wanted = new Set<string>();
  private readonly backoff = new Backoff({ minDelayMs: 500, maxDelayMs: 30_000, jitter: 0.5 });
  private isRunning = false;

  constructor(private readonly hooks: StandingsHooks) {}

  want(groupId: string): void {
    this.wanted.add(groupId);
    if (!this.isRunning) void this.run();
  }

  forget(groupId: string): void {
    this.wanted.delete(groupId);
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    while (this.wanted.size > 0 && !this.hooks.signal.aborted) {
      await sleep(pauseMs, this.hooks.signal);
      const asked = new Set(this.wanted);
      this.wanted.clear();
      const releases = Array.from(asked, (id) => this.hooks.hold(id));
      try {
        const found = await this.find(asked);
        for (const id of asked) {
          const group = found.get(id);
          if (group === undefined) this.hooks.onMissing(id);
          else this.hooks.onStanding(id, standingOf(group));
        }
        // Asked for again at once: too much is going on for the answer to be of use.
        if ([...asked].some((id) => this.wanted.has(id))) await sleep(this.backoff.next(), this.hooks.signal);
        else this.backoff.reset();
      } catch {
        // The server cannot be asked now; what is wanted stays wanted. When it is for good, the link ends, and this.
        for (const id of asked) this.wanted.add(id);
        await sleep(this.backoff.next(), this.hooks.signal);
      } finally {
        for (const release of releases) release();
      }
    }
    this.isRunning = false;
  }

  /** Goes through the list until all are found: latest activity first, so they mostly stand on its first page. */
  private async find(ids: ReadonlySet<string>): Promise<Map<string, MyGroupView>> {
    const found = new Map<string, MyGroupView>();
    let query = `limit=${limits.page.maxSize}`;
    for (;;) {
      const { items, nextCursor, hasMore } = await this.hooks.listGroups(query);
      for (const group of items) if (ids.has(group.id)) found.set(group.id, group);
      if (found.size === ids.size || !hasMore || nextCursor === null) return found;
      query = `limit=${limits.page.maxSize}&cursor=${encodeURIComponent(nextCursor)}`;
    }
  }
}
