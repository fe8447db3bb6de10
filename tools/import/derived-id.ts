import { createHash } from 'node:crypto';

import { v7 } from 'uuid';

/**
 * An id that is the same whenever it is made of the same: what is imported once more is found under it.
 *
 * @param at when what it names came to be; ids are in the order of these times, as ids of the server are
 * @param order of those with the same time
 */
export function derivedId(at: Date, parts: readonly string[], order?: number): string {
  const random = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16);
  return v7({ msecs: Math.max(0, at.getTime()), random, ...(order !== undefined && { seq: order }) });
}
