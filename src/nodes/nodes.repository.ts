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

  /** The ids of the nodes that renewed their lease within the last `leaseMs`. */
  async listLiving(leaseMs: number): Promise<string[]> {
    const living = await this.nodes
      .find({ $expr: trusted({ $gt: ['$renewedAt', { $subtract: ['$$NOW', leaseMs] }] }) }, { _id: 1 })
      .lean<Pick<NodeRecord, '_id'>[]>();
    return living.map(({ _id }) => _id);
  }

  async remove(id: string): Promise<void> {
    await this.nodes.deleteOne({ _id: id });
  }

  /** Forgets nodes that were last heard of longer than `ageMs` ago. */
  async removeOlder(ageMs: number): Promise<void> {
    await this.nodes.deleteMany({ $expr: trusted({ $lt: ['$renewedAt', { $subtract: ['$$NOW', ageMs] }] }) });
  }
}
