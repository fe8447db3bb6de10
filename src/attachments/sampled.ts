import { Readable } from 'node:stream';

/** A stream of which the beginning has been looked at. */
export interface Sampled {
  /** At least so many bytes as were asked for, or all that there are. */
  head: Buffer;
  /** There is no more than `head`. */
  isWhole: boolean;
  /** The whole stream, its beginning once more. */
  all: Readable;
}

/**
 * Reads the beginning of a stream, and gives it back.
 *
 * @throws what the stream fails with
 */
export async function sampled(source: Readable, bytes: number): Promise<Sampled> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
  const seen: Buffer[] = [];
  let [size, isWhole] = [0, false];
  while (size < bytes && !isWhole) {
    const { value, done } = await chunks.next();
    if (done === true) isWhole = true;
    else {
      seen.push(value);
      size += value.length;
    }
  }
  const head = Buffer.concat(seen);
  return { head, isWhole, all: Readable.from(following(head, chunks, isWhole), { objectMode: false }) };
}

async function* following(
  head: Buffer,
  rest: AsyncIterator<Buffer, undefined>,
  isWhole: boolean,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    if (head.length > 0) yield head;
    if (isWhole) return;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    // Ends the source too when nobody wants the rest.
    await rest.return?.();
  }
}
