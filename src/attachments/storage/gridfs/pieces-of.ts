import type { Readable } from 'node:stream';

/**
 * What a stream holds, in pieces of the same size but for the last; none when it is empty. One piece is in memory at a
 * time, however large or small the parts are in which the stream gives it: the next part is asked for when the piece
 * before has been taken.
 */
export async function* piecesOf(source: Readable, pieceBytes: number): AsyncGenerator<Buffer, void, undefined> {
  let piece = Buffer.allocUnsafe(pieceBytes);
  let filled = 0;
  for await (const part of source as AsyncIterable<Buffer>) {
    for (let taken = 0; taken < part.length;) {
      const copied = part.copy(piece, filled, taken);
      taken += copied;
      filled += copied;
      if (filled < pieceBytes) continue;
      yield piece;
      // Not the same again: the taker may still hold it.
      piece = Buffer.allocUnsafe(pieceBytes);
      filled = 0;
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}
