import { setTimeout as sleep } from 'node:timers/promises';

import { Injectable, Logger } from '@nestjs/common';

import { NodesRepository } from './nodes.repository.js';

/**
 * A node that has not renewed its lease for so long is taken for dead by the others, and knows by its own clock that it
 * is. A removal waits at most so long for a node that was killed or is stopped.
 */
export const leaseMs = 5_000;
const renewEveryMs = 1_000;
/** What is known of the past is kept for so long, for a node that was stopped meanwhile. */
export const keepMs = 600_000;

/** The other nodes, by what may be expected of them. */
export interface Others {
  /** May pass something on now. */
  living: string[];
  /** Are gone without a word, and may come back: they look up first what they have missed. */
  lapsed: string[];
}

interface RegistryHooks {
  /** With each renewal: reads what others did that this node may not have heard of. */
  onRenewal: () => Promise<void>;
  /**
   * The lease had run out, be it while it was renewed; the new one counts when this returns.
   *
   * @param lapsedMs for how long there was none
   * @param isForgotten what was done so long ago as this node was there last cannot be looked up any more
   */
  onReturn: (lapsedMs: number, isForgotten: boolean) => void;
  onDeparture: (nodeId: string) => void;
}

/** Which nodes there are, and whether this one is still taken for one of them. */
@Injectable()
export class NodeRegistry {
  private readonly logger = new Logger(NodeRegistry.name);
  private readonly stopping = new AbortController();
  private validUntilMs: number | null = null;
  private living: ReadonlySet<string> = new Set();
  private running: Promise<void> | undefined;

  constructor(private readonly nodes: NodesRepository) {}

  /** Whether the others wait for this node before they acknowledge a removal. */
  get isLeaseValid(): boolean {
    return this.validUntilMs !== null && performance.now() < this.validUntilMs;
  }

  /** The other nodes that were there at the last renewal. */
  get others(): ReadonlySet<string> {
    return this.living;
  }

  /** Signs this node on, and keeps its lease until {@link leave}. */
  async join(nodeId: string, hooks: RegistryHooks): Promise<void> {
    await this.nodes.removeOlder(keepMs);
    await this.renew(nodeId, hooks);
    this.running = this.keepRenewing(nodeId, hooks);
  }

  async leave(nodeId: string): Promise<void> {
    this.stopping.abort();
    await this.running;
    this.validUntilMs = null;
    await this.nodes.remove(nodeId);
  }

  /** A node has signed off. */
  forget(nodeId: string): void {
    this.living = new Set([...this.living].filter((id) => id !== nodeId));
  }

  /** The other nodes, as the database knows them. */
  async listOthers(nodeId: string): Promise<Others> {
    const others = (await this.nodes.list(leaseMs, keepMs)).filter(({ _id }) => _id !== nodeId);
    const { living = [], lapsed = [] } = Object.groupBy(others, ({ isLiving }) => (isLiving ? 'living' : 'lapsed'));
    return { living: living.map(({ _id }) => _id), lapsed: lapsed.map(({ _id }) => _id) };
  }

  private async keepRenewing(nodeId: string, hooks: RegistryHooks): Promise<void> {
    const { signal } = this.stopping;
    for (;;) {
      try {
        await sleep(renewEveryMs, undefined, { signal });
        await this.renew(nodeId, hooks);
      } catch (error) {
        if (signal.aborted) return;
        // Without its lease the node is careful by itself; it goes on trying.
        this.logger.warn({ err: error }, 'the lease of this node could not be renewed');
      }
    }
  }

  /**
   * For how long there was no lease. By the database's clock as well: that of this machine stands still while the machine
   * is suspended. @param sinceMs from the last renewal to this one; `null`: so long that nobody remembers
   */
  private lapsedMs(sinceMs: number | null): number {
    if (this.validUntilMs === null) return 0;
    return Math.max(0, performance.now() - this.validUntilMs, (sinceMs ?? keepMs + leaseMs) - leaseMs);
  }

  private async renew(nodeId: string, hooks: RegistryHooks): Promise<void> {
    // The lease counts from before anything was looked up: what comes later than that may have been missed.
    const startedAtMs = performance.now();
    await hooks.onRenewal();
    const sinceMs = await this.nodes.renew(nodeId);
    // Until just now nobody waited for this node: what was done between the look and the renewal is looked up as well.
    if (!this.isLeaseValid || this.lapsedMs(sinceMs) > 0) await hooks.onRenewal();
    const living = new Set((await this.listOthers(nodeId)).living);
    const lapsedMs = this.lapsedMs(sinceMs);
    if (lapsedMs > 0) hooks.onReturn(lapsedMs, lapsedMs + leaseMs > keepMs);
    this.validUntilMs = startedAtMs + leaseMs;
    const gone = [...this.living].filter((id) => !living.has(id));
    this.living = living;
    for (const id of gone) hooks.onDeparture(id);
  }
}
