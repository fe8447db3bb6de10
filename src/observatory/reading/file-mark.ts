import { readSync } from 'node:fs';

import { digest } from '../observatory-ids.js';
import type { FileMark, TranscriptFileRecord } from '../transcript-file.schema.js';

const maxHeadBytes = 1024;
const maxTailBytes = 64;

/** Of what was read of a file up to `offset`. */
export function markOf(file: number, offset: number): FileMark {
  const head = bytesAt(file, 0, Math.min(offset, maxHeadBytes));
  const length = Math.min(offset, maxTailBytes);
  const tail = bytesAt(file, offset - length, length);
  return { headBytes: head.length, tailBytes: tail.length, digest: digestOf(head, tail) };
}

/** Whether a file begins with what was read of it: it was neither replaced nor cut short. */
export function isSameFile(
  file: number,
  bytes: number,
  { offset, mark }: Pick<TranscriptFileRecord, 'offset' | 'mark'>,
): boolean {
  if (bytes < offset) return false;
  const head = bytesAt(file, 0, mark.headBytes);
  const tail = bytesAt(file, offset - mark.tailBytes, mark.tailBytes);
  return digestOf(head, tail) === mark.digest;
}

function bytesAt(file: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(file, buffer, 0, length, position));
}

function digestOf(head: Buffer, tail: Buffer): string {
  return digest(Buffer.concat([head, tail]), 32);
}
