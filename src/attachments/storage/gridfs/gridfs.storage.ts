import { addAbortSignal, Readable } from 'node:stream';

import { Injectable, Logger } from '@nestjs/common';

import { Clock } from '../../../common/clock.js';
import {
  assertStorageKey,
  AttachmentStorage,
  clampRange,
  NotStoredError,
  type BrokenUpload,
  type ByteRange,
  type StoredFile,
} from '../attachment-storage.js';
import type { GridfsFileRecord } from './gridfs-file.schema.js';
import { GridfsFilesRepository, type GridfsFileId } from './gridfs-files.repository.js';
import { piecesOf } from './pieces-of.js';

/** GridFS's own default: a little less than a power of two, so that a chunk with its document fits into one. */
const chunkBytes = 255 * 1024;

/** Attachments in the database, in GridFS's format: nothing to set up, and one thing to back up. */
@Injectable()
export class GridfsStorage extends AttachmentStorage {
  private readonly logger = new Logger(GridfsStorage.name);

  constructor(
    private readonly repository: GridfsFilesRepository,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async write(key: string, source: Readable, signal?: AbortSignal): Promise<{ size: number }> {
    assertStorageKey(key);
    if (signal !== undefined) addAbortSignal(signal, source);
    const id = this.repository.newId();
    const size = await this.writeWhole(id, key, source, signal);
    await this.removeAllButLatest(key);
    return { size };
  }

  override async read(key: string, range?: ByteRange): Promise<Readable> {
    assertStorageKey(key);
    const file = await this.repository.findByKey(key);
    if (file === null) throw new NotStoredError(key);
    if (range === undefined && file.length === 0) return Readable.from([], { objectMode: false });
    const bytes = clampRange(range ?? { start: 0, end: file.length - 1 }, file.length);
    return Readable.from(this.chunksOf(file, bytes), { objectMode: false });
  }

  override async remove(keys: readonly string[]): Promise<void> {
    keys.forEach(assertStorageKey);
    const files = await this.repository.findAllByKeys(keys);
    if (files.length > 0) await this.repository.remove(files.map(({ _id }) => _id));
  }

  override async *list(): AsyncIterable<StoredFile> {
    let previous: StoredFile | null = null;
    for await (const { filename: key, length: size, uploadDate: storedAt } of this.repository.listByKey()) {
      if (previous !== null && previous.key !== key) yield previous;
      previous = { key, size, storedAt };
    }
    if (previous !== null) yield previous;
  }

  override async *listBroken(): AsyncIterable<BrokenUpload> {
    for await (const id of this.repository.listIdsWithoutFile()) {
      yield { id: id.toHexString(), startedAt: id.getTimestamp() };
    }
  }

  override async removeBroken(ids: readonly string[]): Promise<void> {
    const unfinished = ids.map((id) => this.repository.toId(id));
    const finished = new Set((await this.repository.findIdsWithFile(unfinished)).map((id) => id.toHexString()));
    await this.repository.removeChunks(unfinished.filter((id) => !finished.has(id.toHexString())));
  }

  private async writeWhole(id: GridfsFileId, key: string, source: Readable, signal?: AbortSignal): Promise<number> {
    try {
      const size = await this.writeChunks(id, source);
      // The last chance to turn back: after this it is stored.
      signal?.throwIfAborted();
      await this.repository.insertFile({
        _id: id,
        length: size,
        chunkSize: chunkBytes,
        uploadDate: this.clock.now(),
        filename: key,
      });
      return size;
    } catch (error) {
      source.destroy();
      // The caller has to hear of the first failure.
      await this.orWarn(this.repository.remove([id]), 'what an upload left could not be removed');
      throw error;
    }
  }

  /** One chunk after the other: the source is not read on while the database has one to write. */
  private async writeChunks(id: GridfsFileId, source: Readable): Promise<number> {
    let [size, n] = [0, 0];
    for await (const piece of piecesOf(source, chunkBytes)) {
      await this.repository.insertChunk(id, n, piece);
      size += piece.length;
      n += 1;
    }
    return size;
  }

  /** Asks for each chunk by itself, so that a slow reader holds one, and no cursor that the server would let go of. */
  private async *chunksOf(file: GridfsFileRecord, { start, end }: ByteRange): AsyncGenerator<Buffer, void, undefined> {
    const [first, last] = [Math.floor(start / file.chunkSize), Math.floor(end / file.chunkSize)];
    for (let n = first; n <= last; n += 1) {
      const chunk = await this.repository.findChunk(file._id, n);
      const offset = n * file.chunkSize;
      if (chunk?.length !== Math.min(file.chunkSize, file.length - offset)) {
        throw new Error(`chunk ${n} of ${file.filename} is missing or damaged`);
      }
      yield chunk.subarray(Math.max(start - offset, 0), end - offset + 1);
    }
  }

  /** Two writers of one key may come here at once: both keep the same one. */
  private async removeAllButLatest(key: string): Promise<void> {
    const removal = this.repository.findAllByKeys([key]).then(async ([, ...earlier]) => {
      if (earlier.length > 0) await this.repository.remove(earlier.map(({ _id }) => _id));
    });
    // The new one is stored and counts; those before it go with it at the latest.
    await this.orWarn(removal, 'an earlier file of the same key could not be removed');
  }

  private async orWarn(removal: Promise<void>, warning: string): Promise<void> {
    try {
      await removal;
    } catch (error) {
      this.logger.warn({ err: error }, warning);
    }
  }
}
