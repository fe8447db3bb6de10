import type { Metadata, Sharp } from 'sharp';

import { limits } from '../../../contract/limits.js';
import { Problem } from '../../common/problem.js';
import { decode, peek } from './decoder.js';
import { assertPixels } from './picture-size.js';
import { countWebpFrames } from './webp-frames.js';

const { maxFrames } = limits.attachments;

/**
 * How each type is written anew. Nothing but the pixels and their colour profile goes from one file into the other, so
 * where and with what a picture was taken stays behind, and so does whatever else a file carried behind or between them.
 */
const writers: Partial<Record<string, (picture: Sharp, found: Metadata) => Sharp>> = {
  'image/jpeg': (picture, { chromaSubsampling, isProgressive }) =>
    picture.jpeg({
      quality: 92,
      chromaSubsampling: chromaSubsampling === '4:4:4' ? '4:4:4' : '4:2:0',
      progressive: isProgressive,
    }),
  'image/png': (picture) => picture.png(),
  'image/gif': (picture) => picture.gif(),
  'image/webp': (picture) => picture.webp({ quality: 90 }),
  // The fastest that is still smaller than the others: twelve megapixels take three seconds.
  'image/avif': (picture) => picture.avif({ quality: 65, effort: 2 }),
};

/** Whether pictures of a type can be written anew. */
export function isCleanable(contentType: string): boolean {
  return writers[contentType] !== undefined;
}

/**
 * Writes a picture anew into another file, upright as its camera was held, with its colour profile and its frames.
 *
 * @throws Problem `unsupported_media_type` when it cannot be decoded, `payload_too_large` when it has too many pixels
 *   or takes too long
 */
export async function cleanPicture(input: string, output: string, contentType: string): Promise<void> {
  const write = writers[contentType];
  if (write === undefined) throw new TypeError(`${contentType} cannot be written`);
  const mayMove = contentType === 'image/gif' || contentType === 'image/webp';
  // libvips goes through all frames before each of them, so it must not see a file with very many.
  if (contentType === 'image/webp') assertFrames(await countWebpFrames(input, 2 * maxFrames));
  await orUndecodable(async () => {
    const found = await peek(input, { animated: mayMove }).metadata();
    assertFrames(found.pages ?? 1);
    // The height is that of all frames, one below the other.
    assertPixels(found.width * found.height);
    const picture = decode(input, { animated: mayMove }).keepIccProfile();
    // libvips turns no pictures that move.
    const upright = (found.pages ?? 1) > 1 && mayMove ? picture : picture.autoOrient();
    await write(upright, found).toFile(output);
  });
}

/** @throws Problem `payload_too_large` for more frames than are ever decoded, however small they are */
function assertFrames(frames: number): void {
  if (frames <= maxFrames) return;
  throw new Problem('payload_too_large', `The picture has more than ${maxFrames} frames.`);
}

async function orUndecodable(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Problem) throw error;
    // libvips' own words for the end of its time: "timeout: 42% complete".
    if (error instanceof Error && error.message.startsWith('timeout:')) {
      throw new Problem('payload_too_large', 'The picture takes too long to be worked on.', { cause: error });
    }
    throw new Problem('unsupported_media_type', 'The picture is damaged, or no picture.', { cause: error });
  }
}
