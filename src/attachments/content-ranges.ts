import rangeParser from 'range-parser';

import { limits } from '../../contract/limits.js';
import type { ByteRange } from './storage/attachment-storage.js';

/**
 * Which parts of a content a request wants (RFC 9110, 14.2). Those that touch or overlap are one part.
 *
 * @param range the header `Range`; with one that is none, or of another unit, the whole is meant
 * @param size of the content
 * @returns `null`: the whole of it; an empty list: none that there is, or more than are given out at once
 */
export function rangesOf(range: string | undefined, size: number): ByteRange[] | null {
  if (!range?.startsWith('bytes=')) return null;
  if (range.split(',').length > limits.attachments.maxRanges) return [];
  // The last thousand bytes of a hundred are all of them; the parser says that there are none.
  const within = range.replace(
    /([=,]\s*-)(\d+)/g,
    (_suffix, sign: string, length: string) => `${sign}${Math.min(Number(length), size)}`,
  );
  const parsed = rangeParser(size, within, { combine: true });
  if (parsed === -2) return null;
  if (parsed === -1) return [];
  return parsed.map(({ start, end }) => ({ start, end }));
}
