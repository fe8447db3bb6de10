import { Injectable, type OnModuleInit } from '@nestjs/common';

import type { UserId } from '../common/ids.js';
import { OtherNodes } from '../common/other-nodes.js';

/** What a node tells the others. */
interface ConnectionNews {
  /**
   * How many connections some users have there now; and of one who has none any more, whether it tells everyone that he
   * has left.
   */
  users: readonly (readonly [userId: UserId, count: number, isTold: boolean])[];
  /** From here to where it `ends` it tells of all who are connected to it: the others are not. */
  begins?: boolean;
  ends?: boolean;
  /** It has lost what others told it, and wants to be told of all as well. */
  asks?: boolean;
}

const usersATime = 1000;
/** Losses often come in a row, to all nodes at once: everything is told again once for all of them. */
const retellAfterMs = 200;

/**
 * How many connections users have on other nodes, as those say. Nothing of it is stored anywhere: a node that comes is
 * told by each of the others, and what a node said is forgotten when it is gone. After a loss all tell all again.
 */
@Injectable()
export class RemoteConnections implements OnModuleInit {
  private readonly counts = new Map<string, Map<UserId, number>>();
  private readonly own = new Map<UserId, number>();
  /** Of nodes that tell of all who are connected to them: of whom they have not told yet. */
  private readonly unconfirmed = new Map<string, Set<UserId>>();
  private retelling: { asks: boolean } | null = null;
  private goneListener: (userIds: readonly UserId[]) => void = () => undefined;
  private readonly lastGoneListeners: ((userId: UserId, isToBeTold: boolean) => void)[] = [];

  constructor(private readonly nodes: OtherNodes) {}

  onModuleInit(): void {
    this.nodes.listen('connections', (message, nodeId) => {
      this.hear(nodeId, message as ConnectionNews);
    });
    this.nodes.listenForArrival(() => {
      this.tellAll(false);
    });
    this.nodes.listenForLoss(() => {
      this.retell(true);
    });
    this.nodes.listenForDeparture((nodeId) => {
      const gone = [...(this.counts.get(nodeId)?.keys() ?? [])];
      this.counts.delete(nodeId);
      this.unconfirmed.delete(nodeId);
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
    this.tell({ users: [[userId, count, this.count(userId) === 0]] });
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

  private hear(nodeId: string, { users, begins, ends, asks }: ConnectionNews): void {
    const counts = this.counts.get(nodeId) ?? new Map<UserId, number>();
    this.counts.set(nodeId, counts);
    if (begins === true) this.unconfirmed.set(nodeId, new Set(counts.keys()));
    const unconfirmed = this.unconfirmed.get(nodeId);
    for (const [userId, count, isTold] of users) {
      unconfirmed?.delete(userId);
      if (count > 0) counts.set(userId, count);
      else if (counts.delete(userId) && this.count(userId) === 0) {
        // Both nodes may have left it to the other one: then one of them tells.
        this.reportLastGone(userId, !isTold && this.nodes.nodeId < nodeId);
      }
    }
    if (ends === true && unconfirmed !== undefined) {
      this.unconfirmed.delete(nodeId);
      for (const userId of unconfirmed) counts.delete(userId);
      this.goneListener([...unconfirmed].filter((userId) => this.count(userId) === 0));
    }
    if (asks === true) this.retell(false);
  }

  private reportLastGone(userId: UserId, isToBeTold: boolean): void {
    for (const listener of this.lastGoneListeners) listener(userId, isToBeTold);
  }

  private retell(asks: boolean): void {
    if (this.retelling !== null) {
      this.retelling.asks ||= asks;
      return;
    }
    const retelling = { asks };
    this.retelling = retelling;
    setTimeout(() => {
      this.retelling = null;
      this.tellAll(retelling.asks);
    }, retellAfterMs).unref();
  }

  private tellAll(asks: boolean): void {
    const all = [...this.own].map(([userId, count]) => [userId, count, true] as const);
    const parts = Math.max(1, Math.ceil(all.length / usersATime));
    for (let part = 0; part < parts; part += 1) {
      const users = all.slice(part * usersATime, (part + 1) * usersATime);
      this.tell({ users, begins: part === 0, ends: part === parts - 1, asks: asks && part === 0 });
    }
  }

  private tell(news: ConnectionNews): void {
    this.nodes.tell('connections', news);
  }
}
