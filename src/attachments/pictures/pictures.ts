import { createReadStream } from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { Injectable } from '@nestjs/common';

import { limits } from '../../../contract/limits.js';
import { decode } from './decoder.js';
import { cleanPicture, isCleanable } from './picture-cleaning.js';
import { assertPixels, readPictureSize, type PictureSize } from './picture-size.js';
import { Slots } from './slots.js';
import { spool } from './spool.js';

/** One picture's pixels may take some 300 MB; each that waits has its file on the disk. */
const [decodedAtOnce, maxWaiting] = [1, 20];

/** What is done to pictures: their size is told, their metadata removed, their thumbnail made. */
@Injectable()
export class Pictures {
  private readonly slots = new Slots(decodedAtOnce, maxWaiting);

  /**
   * The size of a picture by its header; nothing of it is decoded.
   *
   * @param head the first bytes, at most `limits.attachments.sampleBytes`
   * @returns null when they are not the beginning of a JPEG, PNG, GIF, WebP or AVIF picture
   * @throws Problem `payload_too_large` when one frame alone has more than `limits.attachments.maxPixels`
   */
  async inspect(head: Buffer): Promise<PictureSize | null> {
    const size = await readPictureSize(head);
    if (size !== null) assertPixels(size.width * size.height);
    return size;
  }

  /** Whether files of a type are pictures that carry metadata, and must go through {@link clean} before others get them. */
  needsCleaning(contentType: string): boolean {
    return isCleanable(contentType);
  }

  /**
   * The same picture in a new file: turned upright, without EXIF (place, camera, time), XMP and whatever else stood in it,
   * with its colour profile, moving if it moved. Waits for its turn once `source` has ended; starts at once.
   *
   * @param contentType one that {@link needsCleaning} has said yes to
   * @returns a stream that fails with what `source` fails with, or with a Problem: `unsupported_media_type` when the
   *   picture cannot be decoded, `payload_too_large` when it has too many pixels or takes longer than 20 s, `unavailable` when too many wait.
   *   When it is destroyed, so is `source`
   */
  clean(source: Readable, contentType: string): Readable {
    const cleaned = new PassThrough();
    const closed = new AbortController();
    cleaned.once('close', () => closed.abort());
    // Whoever reads it later finds the error in the stream; until then it must not end the process.
    cleaned.on('error', () => undefined);
    this.cleanInto(cleaned, source, contentType, closed.signal).catch((error: unknown) => {
      cleaned.destroy(error as Error);
    });
    return cleaned;
  }

  /**
   * A picture small enough for a list: WebP, at most `limits.attachments.thumbnailMaxEdge` pixels wide and high, never
   * larger than the picture. The first frame of one that moves.
   *
   * @returns null when it cannot be decoded
   * @throws what `source` fails with; Problem `unavailable` when too many wait
   */
  async thumbnail(source: Readable): Promise<Readable | null> {
    await using files = await spool(source, new AbortController().signal);
    const thumbnail = await this.slots.take(() => makeThumbnail(files.input));
    return thumbnail === null ? null : Readable.from([thumbnail], { objectMode: false });
  }

  private async cleanInto(cleaned: PassThrough, source: Readable, contentType: string, closed: AbortSignal) {
    await using files = await spool(source, closed);
    await this.slots.take(async () => {
      // Nobody waits for it any more.
      closed.throwIfAborted();
      await cleanPicture(files.input, files.output, contentType);
    });
    await pipeline(createReadStream(files.output), cleaned);
  }
}

async function makeThumbnail(path: string): Promise<Buffer | null> {
  const edge = limits.attachments.thumbnailMaxEdge;
  try {
    return await decode(path)
      .autoOrient()
      .resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 75 })
      .toBuffer();
  } catch {
    // Damaged, or no picture: the answer to the question.
    return null;
  }
}
