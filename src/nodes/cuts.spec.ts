import { beforeEach, describe, expect, it } from '@jest/globals';
import { mongo } from 'mongoose';

import { eventually } from '../../test/support/eventually.js';
import type { CutRecord } from './cut.schema.js';
import { Cuts } from './cuts.js';
import type { CutsRepository } from './cuts.repository.js';
import type { NodeMessages } from './node-messages.js';
import type { NodeRegistry, Others } from './node-registry.js';

const told = [{ topic: 'cache', message: 'a removal' }] as const;

describe('Cuts', () => {
  let others: Others;
  /** What the database answers first, instead of who the others are. */
  let failures: Error[];
  let written: Pick<CutRecord, '_id' | 'told'>[];
  /** The nodes that find what was written. */
  let readers: string[];
  let asks: number;
  let cuts: Cuts;
  beforeEach(() => {
    others = { living: [], lapsed: [] };
    [failures, written, readers, asks] = [[], [], [], 0];
    const messages = { nodeId: 'this', send: () => undefined };
    const registry = {
      listOthers: () => {
        const failure = failures.shift();
        return failure === undefined ? Promise.resolve(others) : Promise.reject(failure);
      },
    };
    const repository = {
      insert: (cut: CutRecord) => Promise.resolve(void written.push(cut)),
      removeOlder: () => Promise.resolve(),
      listHearers: () => {
        asks += 1;
        return Promise.resolve(readers);
      },
    };
    cuts = new Cuts(
      messages as unknown as NodeMessages,
      registry as unknown as NodeRegistry,
      repository as unknown as CutsRepository,
    );
  });

  it('writes nothing when there is nobody who might miss it', async () => {
    await cuts.make(told);
    expect(written).toEqual([]);
  });

  it('leaves a removal in the database for a node that may come back, and does not wait for it', async () => {
    others.lapsed = ['stopped'];
    await cuts.make(told);
    expect(written.map((cut) => JSON.parse(cut.told) as unknown)).toEqual([told]);
  });

  it('waits for a node that came back before the removal was there to be found', async () => {
    others.lapsed = ['stopped'];
    const made = cuts.make(told).then(() => asks);
    others = { living: ['stopped'], lapsed: [] };
    await eventually(() => asks === 3);
    readers = ['stopped'];
    expect(await made).toBe(4);
  });

  it('waits for a database that is away for a moment', async () => {
    failures = [new mongo.MongoNetworkError('gone'), new mongo.MongoNetworkError('still gone')];
    await cuts.make(told);
    expect(failures).toEqual([]);
  });

  it('fails with whatever else the database says', async () => {
    failures = [new Error('no')];
    await expect(cuts.make(told)).rejects.toThrow('no');
  });
});
