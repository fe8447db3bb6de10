import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model } from 'mongoose';

import { nodeModel, type NodeRecord } from './node.schema.js';

/** Who is there. All times are the database's own, so that the clocks of the nodes do not matter. */
@Injectable()
export class NodesRepository {
  constructor(@InjectModel(nodeModel) private readonly nodes: Model<NodeRecord>) {}

  async renew(id: string): Promise<void> {
    await this.nodes.updateOne({ _id: id }, { $currentDate: { renewedAt: true } }, { upsert: true });
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
