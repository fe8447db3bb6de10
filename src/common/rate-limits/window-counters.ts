import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { LRUCache } from 'lru-cache';

import { Clock } from '../clock.js';
import { OtherNodes } from '../other-nodes.js';

interface Window {
  hits: number;
  endsAt: number;
}

/** What nodes tell each other of counts: so many more hits in a window with so much time left, or that none counts any more. */
type CountNews = readonly (readonly [key: string, hits: number | null, leftMs: number])[];

/** Hits of other nodes count here so much later at most: a limit is exceeded by what comes in over all nodes meanwhile. */
const tellEveryMs = 100;

/** The answer of a throttler storage; the package does not export its name. */
type Count = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** So many counters are kept; the least recently used goes first, which only ever forgives. */
const maxCounters = 200_000;

/**
 * Counts in fixed windows, in memory: constant time and memory for each counter. (The store that comes with the
 * throttler keeps and filters a list of every hit of the window: 20,000 of them for an hourly limit.)
 */
@Injectable()
export class WindowCounters implements ThrottlerStorage {
  private readonly windows = new LRUCache<string, Window>({ max: maxCounters });

  /** Hits that the other nodes have not been told of. */
  private untold = new Map<string, number | null>();

  constructor(
    private readonly clock: Clock,
    private readonly nodes: OtherNodes,
  ) {
    nodes.listen('rates', (message) => {
      for (const [key, hits, leftMs] of message as CountNews) this.hear(key, hits, leftMs);
    });
  }

  /** @param ttl length of the window in milliseconds */
  increment(key: string, ttl: number, limit: number): Promise<Count> {
    return Promise.resolve(this.count(key, ttl, limit));
  }

  count(key: string, ttl: number, limit: number): Count {
    const window = this.current(key, ttl);
    window.hits += 1;
    this.note(key, 1);
    const secondsLeft = Math.max(1, Math.ceil((window.endsAt - this.nowMs()) / 1000));
    const isBlocked = window.hits > limit;
    return {
      totalHits: window.hits,
      timeToExpire: secondsLeft,
      isBlocked,
      timeToBlockExpire: isBlocked ? secondsLeft : 0,
    };
  }

  /** Hits in the present window, without adding one. */
  hits(key: string): number {
    const window = this.windows.get(key);
    return window !== undefined && window.endsAt > this.nowMs() ? window.hits : 0;
  }

  /** Seconds until the present window ends; `null` when nothing was counted yet. */
  secondsLeft(key: string): number | null {
    const leftMs = (this.windows.get(key)?.endsAt ?? 0) - this.nowMs();
    return leftMs <= 0 ? null : Math.ceil(leftMs / 1000);
  }

  /** Undoes one hit. */
  takeBack(key: string): void {
    const window = this.windows.get(key);
    if (window === undefined || window.hits === 0) return;
    window.hits -= 1;
    this.note(key, -1);
  }

  /** Undoes all hits. */
  forget(key: string): void {
    this.windows.delete(key);
    this.note(key, null);
  }

  private current(key: string, ttl: number): Window {
    const known = this.windows.get(key);
    if (known !== undefined && known.endsAt > this.nowMs()) return known;
    const fresh = { hits: 0, endsAt: this.nowMs() + ttl };
    this.windows.set(key, fresh);
    return fresh;
  }

  private hear(key: string, hits: number | null, leftMs: number): void {
    if (hits === null) {
      this.windows.delete(key);
      return;
    }
    const window = this.current(key, leftMs);
    window.hits = Math.max(0, window.hits + hits);
  }

  /** @param hits `null`: none of the window counts any more */
  private note(key: string, hits: number | null): void {
    if (this.nodes.isAlone) return;
    if (this.untold.size === 0) setTimeout(() => this.tell(), tellEveryMs).unref();
    this.untold.set(key, hits === null ? null : (this.untold.get(key) ?? 0) + hits);
  }

  private tell(): void {
    const untold = [...this.untold];
    this.untold = new Map();
    const leftMs = (key: string) => Math.max(1, (this.windows.get(key)?.endsAt ?? 0) - this.nowMs());
    this.nodes.tell('rates', untold.map(([key, hits]) => [key, hits, leftMs(key)] as const) satisfies CountNews);
  }

  private nowMs(): number {
    return this.clock.now().getTime();
  }
}
