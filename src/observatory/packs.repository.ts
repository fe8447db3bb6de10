import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type Model, type mongo } from 'mongoose';

import { unpack } from './entry-pack.js';
import type { EntryRecord } from './entry-record.js';
import { packIdOf, type FileId } from './observatory-ids.js';
import { packModel, type PackRecord } from './pack.schema.js';

/** In which pack, and there in which line, an entry is found. */
export interface EntryPlace {
  packId: string;
  line: number;
  id: string;
}

/** As much of it is in memory at once, compressed. */
const packsAtOnce = 4;

@Injectable()
export class PacksRepository {
  constructor(@InjectModel(packModel) private readonly packs: Model<PackRecord>) {}

  /** Writes packs, in any order and as often as one likes. */
  async write(records: readonly PackRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.packs.collection.bulkWrite(
      records.map(({ _id, ...replacement }) => ({
        replaceOne: { filter: { _id: _id as never }, replacement, upsert: true },
      })),
      { ordered: false },
    );
  }

  /** The entries that are there, by their ids. */
  async findEntries(places: readonly EntryPlace[]): Promise<Map<string, EntryRecord>> {
    const byPack = Map.groupBy(places, ({ packId }) => packId);
    const found = this.packs
      .find({ _id: trusted({ $in: [...byPack.keys()] }) })
      .lean<Omit<PackRecord, 'content'> & { content: mongo.Binary }>()
      .cursor({ batchSize: packsAtOnce });
    const entries = new Map<string, EntryRecord>();
    for await (const { _id, textBytes, content } of found) {
      const wanted = new Map(byPack.get(_id)?.map(({ line, id }) => [line, id]));
      for (const entry of await unpack({ textBytes, content: content.buffer }, new Set(wanted.keys()))) {
        if (wanted.get(entry.line) === entry.id) entries.set(entry.id, entry);
      }
    }
    return entries;
  }

  async isEmpty(): Promise<boolean> {
    return (await this.packs.exists({})) === null;
  }

  /** What was written of the lines of a file behind one. */
  async deleteBehind(fileId: FileId, generation: number, line: number): Promise<void> {
    const [first, next] = [packIdOf(fileId, generation, line + 1), packIdOf(fileId, generation + 1, 0)];
    await this.packs.deleteMany({ _id: trusted({ $gte: first, $lt: next }) });
  }

  /** Those of former contents of a file, but some. */
  async deleteFormer(fileId: FileId, generation: number, kept: ReadonlySet<string>): Promise<void> {
    const [first, next] = [packIdOf(fileId, 0, 0), packIdOf(fileId, generation, 0)];
    const former = await this.packs
      .find({ _id: trusted({ $gte: first, $lt: next }) })
      .select({ _id: 1 })
      .lean<Pick<PackRecord, '_id'>[]>();
    const unused = former.map(({ _id }) => _id).filter((id) => !kept.has(id));
    if (unused.length > 0) await this.packs.deleteMany({ _id: trusted({ $in: unused }) });
  }

  async deleteOfFile(fileId: FileId): Promise<void> {
    await this.packs.deleteMany({ _id: trusted({ $gte: `${fileId}:`, $lt: `${fileId};` }) });
  }
}
