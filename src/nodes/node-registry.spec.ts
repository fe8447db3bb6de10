import { randomUUID } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import mongoose, { type Connection, type Model } from 'mongoose';

import { eventually } from '../../test/support/eventually.js';
import { NodeRegistry } from './node-registry.js';
import { nodeModel, nodeSchema, type NodeRecord } from './node.schema.js';
import { NodesRepository } from './nodes.repository.js';

describe('NodeRegistry', () => {
  let connection: Connection;
  let nodes: Model<NodeRecord>;
  let registry: NodeRegistry;
  let returns: { lapsedMs: number; isForgotten: boolean }[];
  beforeEach(async () => {
    const dbName = `nodes-${randomUUID().slice(0, 30)}`;
    connection = await mongoose.createConnection(process.env['CONFAB_TEST_MONGODB_URI']!, { dbName }).asPromise();
    nodes = connection.model<NodeRecord>(nodeModel, nodeSchema);
    registry = new NodeRegistry(new NodesRepository(nodes));
    returns = [];
    await registry.join('this', {
      onRenewal: () => Promise.resolve(),
      onReturn: (lapsedMs, isForgotten) => returns.push({ lapsedMs, isForgotten }),
      onDeparture: () => undefined,
    });
  });
  afterEach(async () => {
    await registry.leave('this');
    await connection.dropDatabase();
    await connection.close();
  });

  /** As for a machine that was suspended: more time has passed than its own clock says. */
  const passUnnoticed = (ms: number) =>
    nodes.updateOne({ _id: 'this' }, [{ $set: { renewedAt: { $subtract: ['$renewedAt', ms] } } }], {
      updatePipeline: true,
    });

  it('renews its lease without a word', async () => {
    const { renewedAt } = (await nodes.findById('this'))!;
    await eventually(async () => (await nodes.findById('this'))!.renewedAt > renewedAt);
    expect(returns).toEqual([]);
    expect(registry.isLeaseValid).toBe(true);
  });

  it('knows by the database that others had given it up, though its own clock stood still', async () => {
    await passUnnoticed(20_000);
    await eventually(() => returns.length === 1);
    expect(returns[0]).toEqual({ lapsedMs: expect.any(Number), isForgotten: false });
    expect(returns[0]!.lapsedMs).toBeGreaterThanOrEqual(15_000);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['for longer than anyone remembers removals', () => passUnnoticed(700_000)],
    ['for so long that it was forgotten itself', () => nodes.deleteOne({ _id: 'this' })],
  ])('says that it was away %s', async (_case, happen) => {
    await happen();
    await eventually(() => returns.length === 1);
    expect(returns[0]!.isForgotten).toBe(true);
  });
});
