import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model } from 'mongoose';

import { conversationTitleModel, type ConversationTitleRecord } from './conversation-title.schema.js';

/** Titles by the uuid of the line that they speak of. */
@Injectable()
export class ConversationTitlesRepository {
  constructor(@InjectModel(conversationTitleModel) private readonly titles: Model<ConversationTitleRecord>) {}

  async write(titles: readonly Pick<ConversationTitleRecord, '_id' | 'ranked'>[]): Promise<void> {
    if (titles.length === 0) return;
    await this.titles.bulkWrite(
      titles.map(({ _id, ranked }) => ({
        updateOne: { filter: { _id }, update: { $max: { ranked }, $set: { isFolded: false } }, upsert: true },
      })),
      { ordered: false },
    );
  }

  async listAll(): Promise<ConversationTitleRecord[]> {
    return this.titles.find().lean<ConversationTitleRecord[]>();
  }

  async setFolded(leafUuids: readonly string[]): Promise<void> {
    if (leafUuids.length === 0) return;
    await this.titles.updateMany({ _id: trusted({ $in: [...leafUuids] }) }, { $set: { isFolded: true } });
  }
}
