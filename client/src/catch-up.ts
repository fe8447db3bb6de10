import type { GroupChanges, SyncAnswer } from '../../contract/events.js';
import { limits } from '../../contract/limits.js';
import type { LogPosition, SyncRequest } from '../../contract/requests.js';
import { Backoff } from './backoff.js';
import { changeOfMessage, type LogChange } from './log-change.js';
import { toProblemError } from './problem-error.js';
import { sleep } from './timers.js';

export interface CatchUpHooks {
  /** @throws ProblemError */
  sync: (request: SyncRequest) => Promise<SyncAnswer>;
  isOnline: () => boolean;
  /** Aborted when the client is closed. */
  signal: AbortSignal;
  /** Where the group's log is complete; `null` when there is nothing to catch up from. */
  positionOf: (groupId: string) => LogPosition | null;
  onChanges: (groupId: string, changes: readonly LogChange[], rev: number) => void;
  onReset: (groupId: string) => void;
  onLeft: (groupId: string) => void;
  onJoined: (groupId: string) => void;
}

/** The pages of one group so far. */
interface Progress {
  epoch: string;
  rev: number;
  changes: LogChange[];
}

/**
 * Asks for what is missing, for many groups in one call, page by page, until nothing is. A group's changes are handed
 * over when they are complete: a page alone may have message 16 and not yet 15, which was edited later.
 */
export class CatchUp {
  private readonly wanted = new Set<string>();
  private readonly progress = new Map<string, Progress>();
  private readonly backoff = new Backoff({ minDelayMs: 250, maxDelayMs: 15_000, jitter: 0.5 });
  private isRunning = false;

  constructor(private readonly hooks: CatchUpHooks) {}

  /** This group may lack something. */
  want(groupId: string): void {
    this.wanted.add(groupId);
    this.resume();
  }

  /** There is a connection (again): what was begun before goes on where it was. */
  resume(): void {
    if (!this.isRunning) void this.run();
  }

  forget(groupId: string): void {
    this.wanted.delete(groupId);
    this.progress.delete(groupId);
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    // Whatever else is wanted in the same go is asked for in the same call.
    await Promise.resolve();
    while (this.wanted.size > 0 && this.hooks.isOnline()) {
      const request = this.nextRequest();
      try {
        if (Object.keys(request.groups).length === 0) continue;
        const hasAdvanced = this.take(request.groups, await this.hooks.sync(request));
        if (hasAdvanced) this.backoff.reset();
        else await sleep(this.backoff.next(), this.hooks.signal);
      } catch (error) {
        const { retryAfter } = toProblemError(error);
        await sleep(Math.max(this.backoff.next(), (retryAfter ?? 0) * 1000), this.hooks.signal);
      }
    }
    this.isRunning = false;
  }

  private nextRequest(): SyncRequest & { groups: Record<string, LogPosition> } {
    const groups: Record<string, LogPosition> = {};
    for (const id of [...this.wanted].slice(0, limits.sync.maxGroups)) {
      const position = this.hooks.positionOf(id);
      const begun = this.progress.get(id);
      if (position === null) {
        this.forget(id);
      } else if (begun?.epoch === position.epoch) {
        groups[id] = { epoch: begun.epoch, rev: begun.rev };
      } else {
        this.progress.delete(id);
        groups[id] = position;
      }
    }
    return { groups, limit: limits.sync.maxLimit };
  }

  /** Whether the answer brought anything. */
  private take(asked: Record<string, LogPosition>, answer: SyncAnswer): boolean {
    let hasAdvanced = false;
    for (const groupId of answer.left) {
      this.forget(groupId);
      this.hooks.onLeft(groupId);
      hasAdvanced = true;
    }
    for (const groupId of answer.joined) this.hooks.onJoined(groupId);
    for (const group of answer.groups) {
      const from = asked[group.groupId];
      if (from !== undefined && this.takeGroup(from, group)) hasAdvanced = true;
    }
    return hasAdvanced;
  }

  private takeGroup(from: LogPosition, { groupId, epoch, rev, changes, hasMore, reset }: GroupChanges): boolean {
    if (reset || epoch !== from.epoch) {
      this.forget(groupId);
      this.hooks.onReset(groupId);
      return true;
    }
    const progress = this.progress.get(groupId) ?? { epoch, rev: from.rev, changes: [] };
    for (const message of changes) progress.changes.push(changeOfMessage(message));
    progress.rev = rev;
    if (hasMore) {
      this.progress.set(groupId, progress);
      return rev > from.rev;
    }
    this.forget(groupId);
    this.hooks.onChanges(groupId, latestOf(progress.changes), rev);
    return true;
  }
}

/** A message that changed while the pages were read is in two of them: its latest state counts. */
function latestOf(changes: readonly LogChange[]): LogChange[] {
  const latest = new Map<number, LogChange>();
  for (const change of changes) {
    const other = latest.get(change.seq);
    if (other === undefined || other.rev < change.rev) latest.set(change.seq, change);
  }
  return [...latest.values()];
}
