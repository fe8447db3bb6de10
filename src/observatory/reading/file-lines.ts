import { isUtf8 } from 'node:buffer';
import { readSync } from 'node:fs';

import { limits } from '../../../contract/limits.js';

/** One line of a file. */
export interface FileLine {
  /** `null`: it is longer than any that is read. What is no UTF-8 in it is replaced. */
  text: string | null;
  /** Its beginning, where there is no text. */
  beginning: string;
  isUtf8: boolean;
  bytes: number;
  /** Where the next line begins. */
  end: number;
  /** False for what stands at the end of the file without a line end: half a line, or the last one. */
  isEnded: boolean;
}

const { maxLineBytes } = limits.observatory;
const chunkBytes = 262_144;
const newline = 0x0a;
const carriageReturn = 0x0d;
const beginningBytes = 800;

/**
 * The lines of a file from a place on, to its present end: those of one read, then those of the next. Each becomes a text
 * when it is asked for, so that it is forgotten before it costs the collector of garbage anything. Of a line that is too
 * long only the beginning is ever in memory.
 *
 * Reads without leaving the thread, which is there for nothing else: what is in the cache of the system is there before
 * another thread could be told to fetch it.
 */
export function* chunksFrom(file: number, start: number): Generator<Iterable<FileLine>> {
  const buffer = spare.pop() ?? Buffer.allocUnsafeSlow(chunkBytes);
  try {
    const open = new OpenLine();
    let position = start;
    for (;;) {
      const bytesRead = readSync(file, buffer, 0, chunkBytes, position);
      if (bytesRead === 0) break;
      yield linesIn(buffer.subarray(0, bytesRead), position, open);
      position += bytesRead;
    }
    if (open.bytes > 0) yield [open.endWith(Buffer.alloc(0), position, false)];
  } finally {
    spare.push(buffer);
  }
}

/** Buffers that are not in use: as many as files were read side by side. */
const spare: Buffer[] = [];

function* linesIn(chunk: Buffer, position: number, open: OpenLine): Generator<FileLine> {
  let from = 0;
  for (let to = chunk.indexOf(newline); to !== -1; to = chunk.indexOf(newline, from)) {
    yield open.endWith(chunk.subarray(from, to), position + to + 1, true);
    from = to + 1;
  }
  open.add(chunk.subarray(from));
}

/** A line of which the end has not been read yet. */
class OpenLine {
  bytes = 0;
  private pieces: Buffer[] = [];

  /** A copy: the chunk is filled anew. */
  add(piece: Buffer): void {
    if (piece.length === 0) return;
    const isTooLong = this.bytes + piece.length > maxLineBytes;
    const kept = isTooLong ? piece.subarray(0, Math.max(0, beginningBytes - this.bytes)) : piece;
    if (isTooLong)
      this.pieces = this.pieces.length === 0 ? [] : [Buffer.concat(this.pieces).subarray(0, beginningBytes)];
    if (kept.length > 0) this.pieces.push(Buffer.from(kept));
    this.bytes += piece.length;
  }

  endWith(piece: Buffer, end: number, isEnded: boolean): FileLine {
    const bytes = this.bytes + piece.length;
    const isTooLong = bytes > maxLineBytes;
    const kept = isTooLong ? piece.subarray(0, beginningBytes) : piece;
    const whole = this.pieces.length === 0 ? kept : Buffer.concat([...this.pieces, kept]);
    this.pieces = [];
    this.bytes = 0;
    if (isTooLong) {
      const beginning = whole.toString('utf8', 0, beginningBytes);
      return { text: null, beginning, isUtf8: true, bytes, end, isEnded };
    }
    const content = whole.at(-1) === carriageReturn ? whole.subarray(0, -1) : whole;
    return { text: content.toString('utf8'), beginning: '', isUtf8: isUtf8(content), bytes, end, isEnded };
  }
}
