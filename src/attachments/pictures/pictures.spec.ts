import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';

import { limits } from '../../../contract/limits.js';
import { eventually } from '../../../test/support/eventually.js';
import {
  cutOffPicture,
  frameBomb,
  gifOfFrames,
  gifWithScript,
  jpegWithArchive,
  movingPicture,
  photoWithPlace,
  pixelBomb,
  pngWithScript,
  secretPlace,
  webpOfFrames,
} from '../../../test/support/hostile-files.js';
import { Pictures } from './pictures.js';

const photoFormats = ['jpeg', 'png', 'webp', 'avif'] as const;
const formats = [...photoFormats, 'gif'] as const;

const streamOf = (bytes: Buffer) => Readable.from([bytes], { objectMode: false });
const plain = (format: (typeof formats)[number], width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: 'green' } })
    .toFormat(format)
    .toBuffer();

/** The folders of pictures that this process is working on. */
const spooled = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`confab-picture-${process.pid}-`));

describe('Pictures', () => {
  let pictures: Pictures;
  beforeEach(() => {
    pictures = new Pictures();
  });
  const clean = async (bytes: Buffer, format: string) => buffer(pictures.clean(streamOf(bytes), `image/${format}`));
  const thumbnail = async (bytes: Buffer) => {
    const stream = await pictures.thumbnail(streamOf(bytes));
    return stream === null ? null : buffer(stream);
  };

  describe('inspect', () => {
    it.each(formats)('tells the size of a %s by its beginning', async (format) => {
      const bytes = await plain(format, 300, 200);
      expect(await pictures.inspect(bytes.subarray(0, limits.attachments.sampleBytes))).toEqual({
        width: 300,
        height: 200,
      });
    });

    it.each(formats)('needs no more of a %s than a part', async (format) => {
      expect(await pictures.inspect(await cutOffPicture(format))).toEqual({ width: 400, height: 300 });
    });

    it.each(['jpeg', 'png', 'avif'] as const)('tells the size of a %s as it is seen', async (format) => {
      expect(await pictures.inspect(await photoWithPlace(format))).toEqual({ width: 40, height: 60 });
    });

    it('tells the size of every kind of WebP', async () => {
      const noise = sharp({
        create: { width: 211, height: 97, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0.5 } },
      });
      const kinds = [noise.clone().webp({ lossless: true }), noise.clone().webp(), noise.clone().removeAlpha().webp()];
      for (const kind of kinds) {
        expect(await pictures.inspect(await kind.toBuffer())).toEqual({ width: 211, height: 97 });
      }
      expect(await pictures.inspect(await movingPicture('webp'))).toEqual({ width: 32, height: 24 });
    });

    it('refuses 30,000 × 30,000 pixels unopened', async () => {
      const bomb = pixelBomb();
      expect(bomb.length).toBeLessThan(1_000_000);
      const head = bomb.subarray(0, limits.attachments.sampleBytes);
      await expect(pictures.inspect(head)).rejects.toMatchObject({ code: 'payload_too_large' });
    });

    it.each<[string, Buffer]>([
      ['nothing', Buffer.alloc(0)],
      ['text', Buffer.from('hello')],
      ['a signature alone', Buffer.from('89504e470d0a1a0a', 'hex')],
      ['half a header', Buffer.from('RIFF\0\0\0\0WEBPVP8X', 'latin1')],
      ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="3" height="3"/>')],
    ])('knows no size of %s', async (_name, bytes) => {
      expect(await pictures.inspect(bytes)).toBeNull();
    });
  });

  describe('clean', () => {
    it.each(photoFormats)(
      'takes the place, the camera and all else out of a %s, and keeps its colours',
      async (format) => {
        const photo = await photoWithPlace(format);
        const before = await sharp(photo).metadata();
        expect(before.exif).toBeDefined();
        const cleaned = await clean(photo, format);

        const after = await sharp(cleaned).metadata();
        expect(after).toMatchObject({ width: 40, height: 60, icc: before.icc });
        expect(after.format).toBe(before.format);
        expect([after.exif, after.xmp, after.iptc, after.orientation, after.comments]).toEqual(
          Array(5).fill(undefined),
        );
        for (const trace of [secretPlace, 'SpyCam', 'Exif', 'xpacket', 'GPS'])
          expect(cleaned.includes(trace)).toBe(false);
      },
    );

    it.each(photoFormats)('turns a %s upright', async (format) => {
      // Orientation 6: the upper side of what is stored is the right one of what is seen.
      const { data, info } = await sharp(await clean(await photoWithPlace(format), format))
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
      const [left, right] = [at(2, 30), at(info.width - 3, 30)];
      expect(left[2]).toBeGreaterThan(left[0]!);
      expect(right[0]).toBeGreaterThan(right[2]!);
    });

    it.each(['gif', 'webp'] as const)('lets a %s move on', async (format) => {
      const moving = await movingPicture(format);
      const before = await sharp(moving, { animated: true }).metadata();
      const after = await sharp(await clean(moving, format), { animated: true }).metadata();
      expect(before.pages).toBe(4);
      expect(after).toMatchObject({ pages: 4, pageHeight: 24, delay: before.delay, loop: before.loop });
    });

    it('leaves behind what was hidden in or behind a picture', async () => {
      for (const [bytes, format] of [
        [await pngWithScript(), 'png'],
        [await gifWithScript(), 'gif'],
        [await jpegWithArchive(), 'jpeg'],
      ] as const) {
        const cleaned = await clean(bytes, format);
        expect(bytes.includes('alert(1)')).toBe(true);
        for (const trace of ['alert(1)', 'script', secretPlace]) expect(cleaned.includes(trace)).toBe(false);
        expect(await sharp(cleaned).metadata()).toMatchObject({ width: 8, height: 8, format });
      }
    });

    it.each(formats)('refuses a %s that is cut off', async (format) => {
      await expect(clean(await cutOffPicture(format), format)).rejects.toMatchObject({
        code: 'unsupported_media_type',
      });
    });

    it.each(formats)('refuses what is no picture and says it is a %s', async (format) => {
      for (const bytes of ['', 'hello', '<svg xmlns="http://www.w3.org/2000/svg"/>']) {
        await expect(clean(Buffer.from(bytes), format)).rejects.toMatchObject({ code: 'unsupported_media_type' });
      }
    });

    it('decodes no bomb, of one frame or of many', async () => {
      const rssBefore = process.memoryUsage().rss;
      await expect(clean(pixelBomb(), 'png')).rejects.toMatchObject({ code: 'payload_too_large' });
      await expect(clean(await frameBomb(), 'gif')).rejects.toMatchObject({ code: 'payload_too_large' });
      expect(process.memoryUsage().rss - rssBefore).toBeLessThan(400_000_000);
    });

    it('takes no picture of very many frames, however small they are', async () => {
      await expect(clean(await webpOfFrames(10_000), 'webp')).rejects.toMatchObject({ code: 'payload_too_large' });
      await expect(clean(gifOfFrames(5_001), 'gif')).rejects.toMatchObject({ code: 'payload_too_large' });
      expect(await clean(await webpOfFrames(500), 'webp')).not.toHaveLength(0);
    });

    it('fails with what its source failed with, whenever that was', async () => {
      for (const wait of [() => undefined, () => new Promise((resolve) => setImmediate(resolve))]) {
        const source = new PassThrough();
        const cleaned = pictures.clean(source, 'image/png');
        source.write('half');
        await wait();
        source.destroy(new Error('the line broke'));
        await eventually(() => cleaned.destroyed);
        await expect(buffer(cleaned)).rejects.toThrow('the line broke');
      }
      await eventually(() => spooled().length === 0);
    });

    it('lets go of its source, and of its file, when nobody wants the picture any more', async () => {
      const source = new PassThrough();
      const cleaned = pictures.clean(source, 'image/png');
      source.write('half');
      await eventually(() => spooled().length > 0);
      cleaned.destroy();
      await eventually(() => source.destroyed);
      await eventually(() => spooled().length === 0);
    });

    it('keeps no picture waiting for one that comes slowly', async () => {
      const slow = new PassThrough();
      const waiting = pictures.clean(slow, 'image/png');
      slow.write('half');
      expect((await clean(await plain('png', 8, 8), 'png')).length).toBeGreaterThan(0);
      waiting.destroy();
    });

    it('decodes one at a time, lets some wait and refuses the rest', async () => {
      const bytes = await plain('png', 600, 600);
      const results = await Promise.allSettled(Array.from({ length: 60 }, () => clean(bytes, 'png')));
      const refused = results.filter(({ status }) => status === 'rejected');
      expect(refused.length).toBeGreaterThan(0);
      expect(refused.length).toBeLessThan(40);
      for (const { reason } of refused as PromiseRejectedResult[]) {
        expect(reason).toMatchObject({ code: 'unavailable', retryAfter: 5 });
      }
      // Those before are done with: the next one finds room.
      expect((await clean(bytes, 'png')).length).toBeGreaterThan(0);
      await eventually(() => spooled().length === 0);
    });
  });

  describe('thumbnail', () => {
    it.each(formats)('makes a WebP of at most 320 pixels from a %s', async (format) => {
      for (const [width, height, expected] of [
        [1000, 500, { width: 320, height: 160 }],
        [300, 900, { width: 107, height: 320 }],
        [100, 50, { width: 100, height: 50 }],
      ] as const) {
        const made = await thumbnail(await plain(format, width, height));
        expect(await sharp(made!).metadata()).toMatchObject({ format: 'webp', ...expected });
      }
    });

    it('shows the first frame of a picture that moves', async () => {
      for (const format of ['gif', 'webp'] as const) {
        const found = await sharp((await thumbnail(await movingPicture(format)))!, { animated: true }).metadata();
        expect([found.width, found.height, found.pages]).toEqual([32, 24, undefined]);
      }
    });

    it('says nothing of where a picture was taken, and stands upright', async () => {
      const made = await thumbnail(await photoWithPlace('jpeg'));
      const { width, height, exif, xmp } = await sharp(made!).metadata();
      expect({ width, height, exif, xmp }).toEqual({ width: 40, height: 60 });
    });

    it('is not made of what cannot be decoded, or not safely', async () => {
      const hopeless = [Buffer.alloc(0), Buffer.from('hello'), await cutOffPicture('png'), pixelBomb(8000, 8000)];
      for (const bytes of hopeless) expect(await thumbnail(bytes)).toBeNull();
      await eventually(() => spooled().length === 0);
    });

    it('fails, and is not merely missing, when its source fails', async () => {
      const source = new PassThrough();
      const made = pictures.thumbnail(source);
      source.destroy(new Error('the store is away'));
      await expect(made).rejects.toThrow('the store is away');
    });
  });
});
