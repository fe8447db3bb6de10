import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

import { Problem } from '../common/problem.js';

/** Lets bytes through, counts them and hashes them; fails when there are too many. */
export class Meter extends Transform {
  private readonly hash = createHash('sha256');
  private bytes = 0;

  constructor(private readonly maxBytes: number) {
    super();
  }

  get size(): number {
    return this.bytes;
  }

  /** Hexadecimal; of all that came, to be asked once, at the end. */
  sha256(): string {
    return this.hash.digest('hex');
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    if (this.bytes > this.maxBytes) {
      done(tooLarge(this.maxBytes));
      return;
    }
    this.hash.update(chunk);
    done(null, chunk);
  }
}

export function tooLarge(maxBytes: number): Problem {
  return new Problem('payload_too_large', `A file has at most ${maxBytes} bytes.`);
}
