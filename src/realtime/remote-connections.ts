import { Injectable, type OnModuleInit } from '@nestjs/common';

import type { UserId } from '../common/ids.js';
import { OtherNodes } from '../common/other-nodes.js';

/**
 * What a node tells the others: how many connections some users have there now; and of one who has none any more,
 * whether it tells everyone that he has left.
 */
type ConnectionNews = readonly (readonly [userId: UserId, count: number, isTold: boolean])[];

const usersATime = 1000;

/**
 * How many connections users have on other nodes, as those say. Nothing of it is stored anywhere: a node that comes is
 * told by each of the others, and what a node said is forgotten when it is gone.
 */
@Injectable()
export class RemoteConnections implements OnModuleInit {
  private readonly counts = new Map<string, Map<UserId, number>>();
  private readonly own = new Map<UserId, number>();
  private goneListener: (userIds: readonly UserId[]) => void = () => undefined;
  private readonly lastGoneListeners: ((userId: UserId, isToBeTold: boolean) => void)[] = [];

  constructor(private readonly nodes: OtherNodes) {}

  onModuleInit(): void {
    this.nodes.listen('connections', (message, nodeId) => {
      const counts = this.counts.get(nodeId) ?? new Map<UserId, number>();
      this.counts.set(nodeId, counts);
      for (const [userId, count, isTold] of message as ConnectionNews) {
        if (count > 0) counts.set(userId, count);
        else if (counts.delete(userId) && this.count(userId) === 0) {
          // Both nodes may have left it to the other one: then one of them tells.
          this.reportLastGone(userId, !isTold && this.nodes.nodeId < nodeId);
        }
      }
    });
    this.nodes.listenForArrival(() => {
      const all = [...this.own].map(([userId, count]) => [userId, count, true] as const);
      for (let from = 0; from < all.length; from += usersATime) this.tell(all.slice(from, from + usersATime));
    });
    this.nodes.listenForDeparture((nodeId) => {
      const gone = [...(this.counts.get(nodeId)?.keys() ?? [])];
      this.counts.delete(nodeId);
      this.goneListener(gone.filter((userId) => this.count(userId) === 0));
    });
  }

  /** Called when a user has closed his last connection to another node, and whether it is for this node to tell of it. */
  onLastGone(listener: (userId: UserId, isToBeTold: boolean) => void): void {
    this.lastGoneListeners.push(listener);
  }

  /** Called with the users who were connected only to a node that is gone. */
  onGone(listener: (userIds: readonly UserId[]) => void): void {
    this.goneListener = listener;
  }

  /** A user has so many connections on this node now. */
  noteOwn(userId: UserId, count: number): void {
    if (count === 0) this.own.delete(userId);
    else this.own.set(userId, count);
    this.tell([[userId, count, this.count(userId) === 0]]);
  }

  /** Whether nobody is connected to another node. */
  get isEmpty(): boolean {
    for (const counts of this.counts.values()) if (counts.size > 0) return false;
    return true;
  }

  /** Of all nodes that a user is connected to, and agree on it without a word, one is the first: whether it is this one. */
  isFirstNodeOf(userId: UserId): boolean {
    for (const [nodeId, counts] of this.counts) if (nodeId < this.nodes.nodeId && counts.has(userId)) return false;
    return true;
  }

  /** How many connections a user has on other nodes. */
  count(userId: UserId): number {
    let sum = 0;
    for (const counts of this.counts.values()) sum += counts.get(userId) ?? 0;
    return sum;
  }

  /** Everyone who is connected to another node; some perhaps more than once. */
  *userIds(): Iterable<UserId> {
    for (const counts of this.counts.values()) yield* counts.keys();
  }

  private reportLastGone(userId: UserId, isToBeTold: boolean): void {
    for (const listener of this.lastGoneListeners) listener(userId, isToBeTold);
  }

  private tell(news: ConnectionNews): void {
    this.nodes.tell('connections', news);
  }
}
