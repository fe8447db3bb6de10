import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model } from 'mongoose';

import { cutModel, type CutRecord } from './cut.schema.js';

@Injectable()
export class CutsRepository {
  constructor(@InjectModel(cutModel) private readonly cuts: Model<CutRecord>) {}

  async insert(cut: Pick<CutRecord, '_id' | 'by' | 'told'>): Promise<void> {
    await this.cuts.updateOne(
      { _id: cut._id },
      { $setOnInsert: { by: cut.by, told: cut.told, heardBy: [] }, $currentDate: { madeAt: true } },
      { upsert: true },
    );
  }

  /** The cuts of others in the last `ageMs` that a node has not confirmed, oldest first. */
  async listUnconfirmed(nodeId: string, ageMs: number): Promise<CutRecord[]> {
    return this.cuts
      .find({
        by: trusted({ $ne: nodeId }),
        heardBy: trusted({ $ne: nodeId }),
        $expr: trusted({ $gt: ['$madeAt', { $subtract: ['$$NOW', ageMs] }] }),
      })
      .sort({ madeAt: 1 })
      .lean<CutRecord[]>();
  }

  async confirm(ids: readonly string[], nodeId: string): Promise<void> {
    await this.cuts.updateMany({ _id: trusted({ $in: [...ids] }) }, { $addToSet: { heardBy: nodeId } });
  }

  /** The nodes that have heard of a cut. */
  async listHearers(id: string): Promise<string[]> {
    return (await this.cuts.findById(id).lean<CutRecord | null>())?.heardBy ?? [];
  }

  async removeOlder(ageMs: number): Promise<void> {
    await this.cuts.deleteMany({ $expr: trusted({ $lt: ['$madeAt', { $subtract: ['$$NOW', ageMs] }] }) });
  }
}
