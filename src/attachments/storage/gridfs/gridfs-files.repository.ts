import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { mongo, trusted, Types, type Model } from 'mongoose';

import { withKnownOutcome } from '../../../common/database-outage.js';
import { gridfsChunkModel, type GridfsChunkRecord } from './gridfs-chunk.schema.js';
import { gridfsFileModel, type GridfsFileRecord } from './gridfs-file.schema.js';

export type GridfsFileId = Types.ObjectId;

/**
 * Files in GridFS's format, a chunk at a time.
 *
 * Not by the driver's `GridFSBucket`: its download asks for 101 chunks at once (up to 16 MB of memory for each reader),
 * and its `abort()` deletes chunks while one of them may still be on its way, which then stays for good.
 */
@Injectable()
export class GridfsFilesRepository {
  constructor(
    @InjectModel(gridfsFileModel) private readonly files: Model<GridfsFileRecord>,
    @InjectModel(gridfsChunkModel) private readonly chunks: Model<GridfsChunkRecord>,
  ) {}

  /** A new id; it holds the second in which it was made. */
  newId(): GridfsFileId {
    return new Types.ObjectId();
  }

  toId(hex: string): GridfsFileId {
    return Types.ObjectId.createFromHexString(hex);
  }

  /** Goes past Mongoose to the driver, as the chunk needs no casting and would be copied by it. */
  async insertChunk(fileId: GridfsFileId, n: number, bytes: Buffer): Promise<void> {
    const chunk = { _id: new Types.ObjectId(), files_id: fileId, n, data: new mongo.Binary(bytes) };
    await this.chunks.collection.insertOne(chunk);
  }

  /** Makes a file of the chunks that were inserted. */
  async insertFile(file: GridfsFileRecord): Promise<void> {
    await withKnownOutcome(
      async () => {
        await this.files.collection.insertOne(file);
        return true;
      },
      async () => (await this.files.exists({ _id: file._id })) !== null,
    );
  }

  /** Of those that have the key, the latest. */
  async findByKey(key: string): Promise<GridfsFileRecord | null> {
    return this.files.findOne({ filename: key }).sort({ uploadDate: -1, _id: -1 }).lean<GridfsFileRecord>();
  }

  /** @returns all that have one of the keys, the latest first */
  async findAllByKeys(keys: readonly string[]): Promise<GridfsFileRecord[]> {
    return this.files
      .find({ filename: trusted({ $in: [...keys] }) })
      .sort({ uploadDate: -1, _id: -1 })
      .lean<GridfsFileRecord[]>();
  }

  /** @returns null when there is no such chunk (any more) */
  async findChunk(fileId: GridfsFileId, n: number): Promise<Buffer | null> {
    const chunk = await this.chunks.findOne({ files_id: fileId, n }).select({ data: 1 }).lean<GridfsChunkRecord>();
    if (chunk === null) return null;
    const bytes = chunk.data.value();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** First the files, so that nobody opens one whose chunks are going. */
  async remove(ids: readonly GridfsFileId[]): Promise<void> {
    await this.files.deleteMany({ _id: trusted({ $in: [...ids] }) });
    await this.removeChunks(ids);
  }

  async removeChunks(ids: readonly GridfsFileId[]): Promise<void> {
    await this.chunks.deleteMany({ files_id: trusted({ $in: [...ids] }) });
  }

  /** Every file by its key, and those of the same key by their age, the latest last. */
  listByKey(): AsyncIterable<GridfsFileRecord> {
    return this.files.find().sort({ filename: 1, uploadDate: 1 }).lean<GridfsFileRecord[]>().cursor();
  }

  /** Of files that have chunks and no record. Reads one entry for each file in the index of the chunks (DISTINCT_SCAN). */
  async *listIdsWithoutFile(): AsyncIterable<GridfsFileId> {
    const found = this.chunks
      .aggregate<{ _id: GridfsFileId }>([
        { $sort: { files_id: 1, n: 1 } },
        { $group: { _id: '$files_id' } },
        { $lookup: { from: this.files.collection.name, localField: '_id', foreignField: '_id', as: 'file' } },
        { $match: { file: [] } },
        { $project: { _id: 1 } },
      ])
      .cursor();
    for await (const { _id } of found) yield _id;
  }

  /** Which of them have a record. */
  async findIdsWithFile(ids: readonly GridfsFileId[]): Promise<GridfsFileId[]> {
    const found = await this.files
      .find({ _id: trusted({ $in: [...ids] }) })
      .select({ _id: 1 })
      .lean<Pick<GridfsFileRecord, '_id'>[]>();
    return found.map(({ _id }) => _id);
  }
}
