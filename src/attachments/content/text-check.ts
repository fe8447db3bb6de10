import { Transform } from 'node:stream';

import { Problem } from '../../common/problem.js';
import { hasBinaryByte } from './binary-bytes.js';

/**
 * The text that bytes hold, or null when they are no UTF-8 or have control characters.
 *
 * @param isWhole false for the first bytes of more: the last character may then be cut off
 */
export function readText(bytes: Uint8Array, isWhole: boolean): string | null {
  if (hasBinaryByte(bytes)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !isWhole });
  } catch {
    // Not UTF-8: the answer to the question.
    return null;
  }
}

/** Lets bytes through as they come, and fails with a Problem `unsupported_media_type` at the first that is no text. */
export function textCheck(): Transform {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const isText = (bytes: Uint8Array, isLast: boolean): boolean => {
    if (hasBinaryByte(bytes)) return false;
    try {
      decoder.decode(bytes, { stream: !isLast });
      return true;
    } catch {
      // Not UTF-8: the answer to the question.
      return false;
    }
  };
  return new Transform({
    transform(part: Buffer, _encoding, done) {
      if (isText(part, false)) done(null, part);
      else done(notText());
    },
    flush(done) {
      done(isText(new Uint8Array(), true) ? null : notText());
    },
  });
}

const notText = () => new Problem('unsupported_media_type', 'The file begins as text, and is none further on.');
