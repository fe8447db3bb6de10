import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model } from 'mongoose';

import { nodeModel, type NodeRecord } from './node.schema.js';

/** Who is there. All times are the database's own, so that the clocks of the nodes do not matter. */
@Injectable()
export class NodesRepository {
  constructor(@InjectModel(nodeModel) private readonly nodes: Model<NodeRecord>) {}

  /** @returns how long before it was renewed the last time; `null` when nothing is known of that (any more) */
  async renew(id: string): Promise<number | null> {
    const node = await this.nodes
      .findOneAndUpdate({ _id: id }, [{ $set: { renewedBeforeAt: '$renewedAt', renewedAt: '$$NOW' } }], {
        upsert: true,
        returnDocument: 'after',
        updatePipeline: true,
      })
      .lean<NodeRecord | null>();
    if (node?.renewedBeforeAt === undefined) return null;
    return node.renewedAt.getTime() - node.renewedBeforeAt.getTime();
  }

  /** The nodes that renewed their lease within the last `keepMs`, and whether they did within the last `leaseMs`. */
  async list(leaseMs: number, keepMs: number): Promise<{ _id: string; isLiving: boolean }[]> {
    const renewedWithin = (ageMs: number) => ({ $gt: ['$renewedAt', { $subtract: ['$$NOW', ageMs] }] });
    return this.nodes.aggregate<{ _id: string; isLiving: boolean }>([
      { $match: { $expr: trusted(renewedWithin(keepMs)) } },
      { $project: { isLiving: renewedWithin(leaseMs) } },
    ]);
  }

  async remove(id: string): Promise<void> {
    await this.nodes.deleteOne({ _id: id });
  }

  /** Forgets nodes that were last heard of longer than `ageMs` ago. */
  async removeOlder(ageMs: number): Promise<void> {
    await this.nodes.deleteMany({ $expr: trusted({ $lt: ['$renewedAt', { $subtract: ['$$NOW', ageMs] }] }) });
  }
}
