import { limits } from '../../../contract/limits.js';
import { Problem } from '../../common/problem.js';
import { peek } from './decoder.js';
import { webpSize } from './webp-size.js';

/** In pixels, as the picture is seen: after the camera's orientation was applied. */
export interface PictureSize {
  width: number;
  height: number;
}

/**
 * The size that the first bytes of a picture announce.
 *
 * @returns null when they announce none
 */
export async function readPictureSize(head: Buffer): Promise<PictureSize | null> {
  const webp = webpSize(head);
  if (webp !== null) return webp;
  try {
    const { autoOrient } = await peek(head).metadata();
    return autoOrient.width > 0 && autoOrient.height > 0 ? autoOrient : null;
  } catch {
    // No picture, or one whose header is damaged: the answer to the question.
    return null;
  }
}

/** @throws Problem `payload_too_large` for more pixels than are ever decoded */
export function assertPixels(pixels: number): void {
  const { maxPixels } = limits.attachments;
  if (pixels <= maxPixels) return;
  throw new Problem('payload_too_large', `The picture has more than ${maxPixels} pixels, all its frames together.`);
}
