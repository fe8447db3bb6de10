import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { movingPicture, photoWithPlace } from '../../../test/support/hostile-files.js';
import { Problem } from '../../common/problem.js';
import { readSettings } from '../../config/settings.js';
import { ContentTypes } from '../content/content-types.js';
import { Pictures } from './pictures.js';

const formats = ['jpeg', 'png', 'webp', 'avif', 'gif'] as const;

/** Some bytes changed, and perhaps the end cut off: what a broken disk or a curious person makes of a file. */
const damage = fc.record({
  changes: fc.array(fc.record({ at: fc.nat(100_000), byte: fc.nat(255) }), { maxLength: 20 }),
  keep: fc.double({ min: 0, max: 1, noNaN: true }),
});

/** What came of it: `done`, the code of a Problem, or whatever else was thrown. */
async function outcomeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'done',
    (error: unknown) => (error instanceof Problem ? error.code : error),
  );
}

describe('a damaged file', () => {
  const pictures = new Pictures();
  const types = new ContentTypes({ ...readSettings({}), JWT_SECRET: 'x'.repeat(32) });
  const whole = new Map<string, Buffer>();
  beforeAll(async () => {
    for (const format of formats) {
      whole.set(format, format === 'gif' ? await movingPicture('gif') : await photoWithPlace(format));
    }
  });

  it.each(formats)('of type %s is taken or refused, and nothing else comes of it', async (format) => {
    await fc.assert(
      fc.asyncProperty(damage, async ({ changes, keep }) => {
        const bytes = Buffer.from(whole.get(format)!);
        for (const { at, byte } of changes) bytes[at % bytes.length] = byte;
        const left = bytes.subarray(0, Math.ceil(bytes.length * (0.5 + keep / 2)));
        const streamed = () => Readable.from([left], { objectMode: false });

        expect(typeof ((await types.detect(left, true)) ?? '')).toBe('string');
        expect(['done', 'payload_too_large']).toContain(await outcomeOf(pictures.inspect(left)));
        expect(['done', 'payload_too_large', 'unsupported_media_type']).toContain(
          await outcomeOf(buffer(pictures.clean(streamed(), `image/${format}`))),
        );
        expect(await outcomeOf(pictures.thumbnail(streamed()))).toBe('done');
      }),
      { numRuns: 40 },
    );
  });

  it('of any bytes at all has a type or none', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), fc.boolean(), async (bytes, isWhole) => {
        const head = Buffer.from(bytes);
        expect(typeof ((await types.detect(head, isWhole)) ?? '')).toBe('string');
        expect(['done', 'payload_too_large']).toContain(await outcomeOf(pictures.inspect(head)));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    '89504e470d0a1a0a',
    'ffd8ffe1',
    '474946383961',
    '52494646',
    '0000001c66747970',
    '504b0304',
    '1f8b08',
    '4f676753',
    '494433',
    '7f454c46',
    '49492a00',
    '4d4d002a',
    '1a45dfa3',
    'd0cf11e0a1b11ae1',
    '2550',
  ])('that begins with %s has a type or none', async (signature) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (bytes) => {
        const head = Buffer.concat([Buffer.from(signature, 'hex'), bytes]);
        expect(typeof ((await types.detect(head, false)) ?? '')).toBe('string');
        expect(['done', 'payload_too_large']).toContain(await outcomeOf(pictures.inspect(head)));
      }),
      { numRuns: 100 },
    );
  });
});
