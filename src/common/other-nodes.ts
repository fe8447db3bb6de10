/** What nodes tell each other about, spelled here only. */
export type NodeTopic =
  'cache' | 'broadcast' | 'event' | 'connections' | 'typing' | 'rates' | 'logins' | 'identities' | 'log';

/**
 * The other processes of this installation (`REDIS_URL`); with one node there are none, and nothing here costs anything.
 * What is told reaches each of them in the order in which it was told, at most once: whoever listens must be able to
 * live with what got lost, of which {@link listenForLoss} speaks.
 */
export abstract class OtherNodes {
  /** Of this node. */
  abstract readonly nodeId: string;

  /** There is one node, and there can be no other. */
  abstract readonly isAlone: boolean;

  /** Whether what is told now reaches the others; with one node there is nobody whom it must reach. */
  abstract get isLinked(): boolean;

  /**
   * Whether this node has heard of every removal that was acknowledged anywhere. While it has not (it was stopped for a
   * while, or has no database), it passes nothing on to sockets and takes nothing from memory.
   */
  abstract get isCurrent(): boolean;

  /** Tells every other node. @param message as JSON carries it */
  abstract tell(topic: NodeTopic, message: unknown): void;

  /**
   * Does `work`, which tells the other nodes of a removal, and waits until each of them has done what it was told, or
   * has stopped to pass on anything at all. Only then may the removal be acknowledged.
   *
   * @param work runs at once, and must not wait for anything
   * @throws Problem `unavailable` when the database does not say who the others are
   */
  abstract cut(work: () => void): Promise<void>;

  /**
   * Of all nodes one does a job at a time: whether it is this one, for the next `forMs`.
   *
   * @param job the same word on every node
   */
  abstract takeTurn(job: string, forMs: number): Promise<boolean>;

  abstract listen(topic: NodeTopic, listener: (message: unknown, nodeId: string) => void): void;

  /** What is remembered may be out of date. */
  abstract listenForDoubt(listener: () => void): void;

  /**
   * Something that others told was lost, or one of them died before it told everything. There is doubt, too.
   *
   * @param listener `isForgotten`: this node was away for so long that nobody knows any more which removals it has
   *   missed; when the listener returns it passes things on again
   */
  abstract listenForLoss(listener: (isForgotten: boolean) => void): void;

  /** A node is there that was not, and knows nothing of what was told before. */
  abstract listenForArrival(listener: () => void): void;

  /** A node is gone for good. */
  abstract listenForDeparture(listener: (nodeId: string) => void): void;
}
