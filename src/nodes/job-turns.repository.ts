import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model } from 'mongoose';

import { duplicateKeyFields } from '../database/duplicate-key.js';
import { jobTurnModel, type JobTurnRecord } from './job-turn.schema.js';

@Injectable()
export class JobTurnsRepository {
  constructor(@InjectModel(jobTurnModel) private readonly turns: Model<JobTurnRecord>) {}

  /** @returns whether the turn at a job is this node's: nobody has it, or its time is over, or it was its own before */
  async take(job: string, nodeId: string, forMs: number): Promise<boolean> {
    const turn = { nodeId, endsAt: { $add: ['$$NOW', forMs] } };
    const isFree = trusted({ $or: [{ $eq: ['$nodeId', nodeId] }, { $lte: ['$endsAt', '$$NOW'] }] });
    // An upsert takes no `$expr`; a turn that is over long ago is the same as none.
    await this.insertIfMissing(job);
    const { modifiedCount } = await this.turns.updateOne({ _id: job, $expr: isFree }, [{ $set: turn }], {
      updatePipeline: true,
    });
    return modifiedCount === 1;
  }

  private async insertIfMissing(job: string): Promise<void> {
    try {
      await this.turns.updateOne(
        { _id: job },
        { $setOnInsert: { nodeId: 'nobody', endsAt: new Date(0) } },
        { upsert: true },
      );
    } catch (error) {
      // Another node made it in the same moment.
      if (duplicateKeyFields(error) === null) throw error;
    }
  }
}
