import { randomUUID } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

import { withKnownResult } from '../common/database-outage.js';
import { CutsRepository } from './cuts.repository.js';
import type { CutRecord } from './cut.schema.js';
import { HeardBy } from './heard-by.js';
import { NodeMessages, type Told } from './node-messages.js';
import { keepMs, NodeRegistry } from './node-registry.js';

/** Before the database is asked to carry a cut, Redis has so long; it takes a few milliseconds. */
const redisHasMs = 250;
const askEveryMs = 100;
/** So many cuts of the last minutes are remembered as done, so that none is done twice. */
const maxDone = 10_000;

/**
 * Removals that every node must have heard of before they are acknowledged. Redis carries them at once. What was not
 * confirmed in time is written to the database, where each node looks in the same breath in which it renews its lease:
 * so either it confirms, or its lease runs out, and with it its right to pass anything on.
 */
@Injectable()
export class Cuts {
  private readonly pending = new Map<string, HeardBy>();
  private readonly done = new LRUCache<string, true>({ max: maxDone });

  constructor(
    private readonly messages: NodeMessages,
    private readonly registry: NodeRegistry,
    private readonly cuts: CutsRepository,
  ) {}

  /**
   * Tells all other nodes, and resolves when each of them has done it or may not pass anything on any more. An outage of
   * the database is waited for, up to 10 s.
   */
  async make(told: readonly Told[]): Promise<void> {
    const id = randomUUID();
    const heard = new HeardBy();
    this.pending.set(id, heard);
    this.messages.send({ kind: 'cut', id, told: [...told] });
    const record = { _id: id, by: this.messages.nodeId, told: JSON.stringify(told) };
    try {
      // The removal itself is written: who asks for it once more finds nothing to remove, and nobody would be told.
      const carry = () => this.carry(record, heard);
      await withKnownResult(carry, carry);
    } finally {
      this.pending.delete(id);
    }
  }

  /** Whether this node has not done it yet. */
  isNew(id: string): boolean {
    return !this.done.has(id);
  }

  /** It is done: whoever made it is told. */
  confirm(id: string): void {
    this.done.set(id, true);
    this.messages.send({ kind: 'heard', id });
  }

  heard(id: string, nodeId: string): void {
    this.pending.get(id)?.add(nodeId);
  }

  /** Does what others wrote to the database and this node has not heard of, and says so there. */
  async lookUp(doTold: (told: readonly Told[]) => void): Promise<void> {
    const { nodeId } = this.messages;
    const unconfirmed = await this.cuts.listUnconfirmed(nodeId, keepMs);
    if (unconfirmed.length === 0) return;
    for (const { _id, told } of unconfirmed) {
      if (this.isNew(_id)) doTold(JSON.parse(told) as Told[]);
      this.done.set(_id, true);
    }
    await this.cuts.confirm(
      unconfirmed.map(({ _id }) => _id),
      nodeId,
    );
  }

  /** Can be begun again. */
  private async carry(cut: Pick<CutRecord, '_id' | 'by' | 'told'>, heard: HeardBy): Promise<true> {
    // Asked behind the write of the removal: a node that comes later reads what it has written.
    const { living, lapsed } = await this.registry.listOthers(cut.by);
    const isHeard = await heard.all(living, redisHasMs);
    // Nobody waits for a node whose lease has run out; but when it comes back, this is where it finds what it missed.
    if (isHeard && lapsed.length === 0) return true;
    await this.cuts.insert(cut);
    await this.cuts.removeOlder(keepMs);
    await this.untilHeardOrDead(cut._id, heard);
    return true;
  }

  private async untilHeardOrDead(id: string, heard: HeardBy): Promise<void> {
    // Bounded: a node that does not hear renews no lease either, and is dead to the registry when that is over. Asked
    // behind the insertion: who has come back before it may have looked too early, who comes later will find it.
    for (;;) {
      const [hearers, { living }] = await Promise.all([
        this.cuts.listHearers(id),
        this.registry.listOthers(this.messages.nodeId),
      ]);
      for (const nodeId of hearers) heard.add(nodeId);
      if (await heard.all(living, askEveryMs)) return;
    }
  }
}
