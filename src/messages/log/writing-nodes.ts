import { LRUCache } from 'lru-cache';

import type { GroupId } from '../../common/ids.js';

/** Whoever has not written into a log for so long does not write into it. */
const writesForMs = 5_000;
/** While that goes on, it is said again this often. */
const sayEveryMs = 2_000;
const maxLogs = 10_000;

/**
 * Of a log into which several nodes write, which of them does it for all. Two that try at the same time take each other's
 * places, and of each pair of writes one is in vain; a log of which nobody has noticed that is written by whoever has
 * something for it. That nodes agree costs nobody anything: the unique indexes keep the log right if they do not.
 */
export class WritingNodes {
  /** When this node had something to write. */
  private readonly own = new LRUCache<GroupId, number>({ max: maxLogs });
  private readonly others = new LRUCache<GroupId, Map<string, number>>({ max: maxLogs });
  private readonly said = new LRUCache<GroupId, number>({ max: maxLogs });
  /** Nodes that did not answer, and until when nothing is left to them. */
  private readonly avoidedUntilMs = new Map<string, number>();

  /**
   * @param nodeId of this node
   * @param say tells the other nodes that this one writes into a log
   */
  constructor(
    private readonly nodeId: string,
    private readonly say: (groupId: GroupId) => void,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  noteOwn(groupId: GroupId): void {
    this.own.set(groupId, this.nowMs());
  }

  /** This node has found a place taken. */
  noteTaken(groupId: GroupId): void {
    this.tell(groupId);
  }

  /** Another node writes into a log; who does so as well says it, so that both know. */
  hear(groupId: GroupId, nodeId: string): void {
    const nowMs = this.nowMs();
    const nodes = this.others.get(groupId) ?? new Map<string, number>();
    this.others.set(groupId, nodes.set(nodeId, nowMs));
    if (isRecent(this.own.get(groupId), nowMs, writesForMs)) this.tell(groupId);
  }

  /** A node did not answer. */
  avoid(nodeId: string): void {
    this.avoidedUntilMs.set(nodeId, this.nowMs() + writesForMs);
  }

  /** A node is gone. */
  forget(nodeId: string): void {
    this.avoidedUntilMs.delete(nodeId);
    for (const nodes of this.others.values()) nodes.delete(nodeId);
  }

  /** Who is to write what this node has for a log: another node, or `null` for itself. */
  choose(groupId: GroupId): string | null {
    const heard = this.others.get(groupId);
    if (heard === undefined || heard.size === 0) return null;
    const nowMs = this.nowMs();
    const others = [...heard].flatMap(([nodeId, atMs]) => (isRecent(atMs, nowMs, writesForMs) ? [nodeId] : []));
    const nodes = [this.nodeId, ...others].sort();
    // The last digits of a group's id are random: the logs are spread over the nodes.
    const chosen = nodes[Number.parseInt(groupId.slice(-8), 16) % nodes.length];
    const isAvoided = chosen === undefined || (this.avoidedUntilMs.get(chosen) ?? 0) > nowMs;
    return chosen === this.nodeId || isAvoided ? null : chosen;
  }

  private tell(groupId: GroupId): void {
    if (isRecent(this.said.get(groupId), this.nowMs(), sayEveryMs)) return;
    this.said.set(groupId, this.nowMs());
    this.say(groupId);
  }
}

function isRecent(atMs: number | undefined, nowMs: number, withinMs: number): boolean {
  return atMs !== undefined && nowMs - atMs < withinMs;
}
