import { setTimeout as sleep } from 'node:timers/promises';

/** The nodes that have heard of something, and the wait for them. */
export class HeardBy {
  private readonly nodeIds = new Set<string>();
  private wake: () => void = () => undefined;

  add(nodeId: string): void {
    this.nodeIds.add(nodeId);
    this.wake();
  }

  /** @returns whether all of `expected` have heard within `withinMs` */
  async all(expected: readonly string[], withinMs: number): Promise<boolean> {
    const isComplete = () => expected.every((nodeId) => this.nodeIds.has(nodeId));
    if (isComplete()) return true;
    const over = new AbortController();
    const complete = new Promise<void>((resolve) => {
      this.wake = () => {
        if (isComplete()) resolve();
      };
    });
    await Promise.race([complete, sleep(withinMs, undefined, { signal: over.signal }).catch(() => undefined)]);
    over.abort();
    return isComplete();
  }
}
