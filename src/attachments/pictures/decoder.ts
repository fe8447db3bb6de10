import sharp, { type Sharp, type SharpOptions } from 'sharp';

import { limits } from '../../../contract/limits.js';

/** The loaders that are needed, by libvips' names; every other (SVG, TIFF, PDF, ImageMagick …) stays shut. */
const loaders = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((format) => `VipsForeignLoad${format}`);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: loaders });

// Nothing is opened twice; and one picture gets one thread, so that the API keeps the others.
sharp.cache(false);
sharp.concurrency(1);

/** How long a decode may take before it is given up. */
const timeoutSeconds = 20;

/** A picture from outside, read the careful way: from its file, within the limit of pixels, and given up after 20 s. */
export function decode(path: string, options: SharpOptions = {}): Sharp {
  return sharp(path, { failOn: 'truncated', limitInputPixels: limits.attachments.maxPixels, ...options }).timeout({
    seconds: timeoutSeconds,
  });
}

/** For what is told without decoding: sizes beyond the limit, and files of which the beginning alone is there. */
export function peek(input: Buffer | string, options: SharpOptions = {}): Sharp {
  return sharp(input, { failOn: 'none', limitInputPixels: false, ...options });
}
