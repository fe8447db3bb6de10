import type { FileHandle } from 'node:fs/promises';

import { digest } from '../observatory-ids.js';
import type { FileMark, TranscriptFileRecord } from '../transcript-file.schema.js';

const maxHeadBytes = 1024;
const maxTailBytes = 64;

/** Of what was read of a file up to `offset`. */
export async function markOf(handle: FileHandle, offset: number): Promise<FileMark> {
  const head = await bytesAt(handle, 0, Math.min(offset, maxHeadBytes));
  const tail = await tailBefore(handle, offset);
  return { headBytes: head.length, tailBytes: tail.length, digest: digestOf(head, tail) };
}

/** Whether a file begins with what was read of it: it was neither replaced nor cut short. */
export async function isSameFile(
  handle: FileHandle,
  bytes: number,
  { offset, mark }: Pick<TranscriptFileRecord, 'offset' | 'mark'>,
): Promise<boolean> {
  if (bytes < offset) return false;
  const head = await bytesAt(handle, 0, mark.headBytes);
  const tail = await bytesAt(handle, offset - mark.tailBytes, mark.tailBytes);
  return digestOf(head, tail) === mark.digest;
}

async function tailBefore(handle: FileHandle, offset: number): Promise<Buffer> {
  const length = Math.min(offset, maxTailBytes);
  return bytesAt(handle, offset - length, length);
}

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function digestOf(head: Buffer, tail: Buffer): string {
  return digest(Buffer.concat([head, tail]), 32);
}
