import { addAbortSignal, Readable } from 'node:stream';

import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';

import { Problem } from '../../../common/problem.js';
import {
  assertStorageKey,
  AttachmentStorage,
  isStorageKey,
  NotStoredError,
  type BrokenUpload,
  type ByteRange,
  type StoredFile,
} from '../attachment-storage.js';
import { inTime } from './in-time.js';
import type { S3Connection } from './s3-connection.js';
import { explainS3Failure } from './s3-failure.js';

/** The least that S3 takes for a part that is not the last. */
const partBytes = 5 * 1024 * 1024;

/** Files that are removed at once. One request for many would be quicker, but not every store takes it. */
const removedAtOnce = 10;

/** Attachments in a bucket of an S3-compatible store. What clients get goes through this server: the bucket is private. */
export class S3Storage extends AttachmentStorage implements OnApplicationShutdown {
  private readonly logger = new Logger(S3Storage.name);

  constructor(private readonly connection: S3Connection) {
    super();
  }

  onApplicationShutdown(): void {
    this.connection.client.destroy();
  }

  override async write(key: string, source: Readable, signal?: AbortSignal): Promise<{ size: number }> {
    assertStorageKey(key);
    // Not the upload's own abort(): it does not wait for the part that is on its way, and leaves it. A source that fails
    // does: the part is waited for, and then all parts are removed.
    if (signal !== undefined) addAbortSignal(signal, source);
    const counted = new CountedSource(source);
    try {
      await new Upload({
        client: this.connection.client,
        params: { Bucket: this.connection.bucket, Key: key, Body: Readable.from(counted, { objectMode: false }) },
        partSize: partBytes,
        queueSize: 1,
      }).done();
    } catch (error) {
      source.destroy();
      if (counted.failure !== null) throw counted.failure.error;
      throw this.unavailable('writing', error);
    }
    return { size: counted.size };
  }

  override async read(key: string, range?: ByteRange): Promise<Readable> {
    assertStorageKey(key);
    const { body, isPart } = await this.open(key, range);
    if (range !== undefined && !isPart) {
      body.destroy();
      throw this.unavailable('reading', new Error('the store does not give parts of a file'));
    }
    const bytes = Readable.from(this.bytesOf(body), { objectMode: false });
    // Whoever gives up before the first byte has not begun what ends the answer: its connection would stay taken for good.
    bytes.once('close', () => body.destroy());
    return bytes;
  }

  override async remove(keys: readonly string[]): Promise<void> {
    keys.forEach(assertStorageKey);
    for (let index = 0; index < keys.length; index += removedAtOnce) {
      await Promise.all(keys.slice(index, index + removedAtOnce).map((key) => this.removeOne(key)));
    }
  }

  override async *list(): AsyncIterable<StoredFile> {
    const { client, bucket: Bucket } = this.connection;
    try {
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket })) {
        for (const { Key: key, Size: size, LastModified: storedAt } of Contents) {
          // Anything else in the bucket is not ours.
          if (key === undefined || size === undefined || storedAt === undefined || !isStorageKey(key)) continue;
          yield { key, size, storedAt };
        }
      }
    } catch (error) {
      throw this.unavailable('listing', error);
    }
  }

  override async *listBroken(): AsyncIterable<BrokenUpload> {
    const { client, bucket: Bucket } = this.connection;
    let after: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
    for (let isMore = true; isMore;) {
      const page = await client.send(new ListMultipartUploadsCommand({ Bucket, ...after })).catch((error: unknown) => {
        throw this.unavailable('listing', error);
      });
      for (const { Key: key, UploadId: uploadId, Initiated: startedAt } of page.Uploads ?? []) {
        if (key === undefined || uploadId === undefined || startedAt === undefined || !isStorageKey(key)) continue;
        yield { id: `${key}:${uploadId}`, startedAt };
      }
      isMore = page.IsTruncated ?? false;
      after = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    }
  }

  override async removeBroken(ids: readonly string[]): Promise<void> {
    const { client, bucket: Bucket } = this.connection;
    for (const id of ids) {
      // No key has a colon in it.
      const end = id.indexOf(':');
      const [Key, UploadId] = [id.slice(0, end), id.slice(end + 1)];
      try {
        await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
      } catch (error) {
        if (explainS3Failure(error).name !== 'NoSuchUpload') throw this.unavailable('removing', error);
      }
    }
  }

  private async open(key: string, range?: ByteRange): Promise<{ body: Readable; isPart: boolean }> {
    const { client, bucket: Bucket } = this.connection;
    try {
      const Range = range && rangeHeader(range);
      const { Body, ContentRange } = await client.send(new GetObjectCommand({ Bucket, Key: key, Range }));
      return { body: Body as Readable, isPart: ContentRange !== undefined };
    } catch (error) {
      if (error instanceof RangeError) throw error;
      const { name, status } = explainS3Failure(error);
      if (name === 'NoSuchKey') throw new NotStoredError(key);
      if (status === 416) throw new RangeError('the file ends before that range', { cause: error });
      throw this.unavailable('reading', error);
    }
  }

  /** The bytes of an answer. The store may not be silent for long; the reader may. */
  private async *bytesOf(body: Readable): AsyncGenerator<Buffer, void, undefined> {
    const parts = body[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
    try {
      for (;;) {
        const next = await inTime(parts.next(), this.connection.timeoutMs);
        if (next.done === true) return;
        yield next.value;
      }
    } catch (error) {
      throw this.unavailable('reading', error);
    } finally {
      body.destroy();
    }
  }

  private async removeOne(Key: string): Promise<void> {
    const { client, bucket: Bucket } = this.connection;
    try {
      await client.send(new DeleteObjectCommand({ Bucket, Key }));
    } catch (error) {
      // Amazon's says nothing of a file that was not there, others do.
      if (explainS3Failure(error).name !== 'NoSuchKey') throw this.unavailable('removing', error);
    }
  }

  /** Says in the log what was wrong, and to clients only that it was. */
  private unavailable(what: string, error: unknown): Problem {
    const { bucket } = this.connection;
    const { status, text } = explainS3Failure(error);
    this.logger.error({ bucket, status }, `the store of attachments failed at ${what}: ${text}`);
    return new Problem('unavailable', 'The store of attachments does not answer; try again.', {
      retryAfter: 5,
      cause: error,
    });
  }
}

/** A stream on its way into the store: how much it held, and whether it was the stream that failed, or the store. */
class CountedSource implements AsyncIterable<Buffer> {
  size = 0;
  failure: { error: unknown } | null = null;

  constructor(private readonly source: Readable) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    const parts = this.source[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
    for (;;) {
      // Not around the yield: there an upload that fails throws its own error into this.
      const next = await parts.next().catch((error: unknown) => {
        this.failure = { error };
        throw error;
      });
      if (next.done === true) return;
      this.size += next.value.length;
      yield next.value;
    }
  }
}

function rangeHeader({ start, end }: ByteRange): string {
  if (!Number.isSafeInteger(start) || start < 0 || end < start) throw new RangeError('a range starts before it ends');
  return `bytes=${start}-${end}`;
}
