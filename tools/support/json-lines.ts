const lineFeed = 0x0a;

/** Larger than any line of an export: 51 texts of 10,000 characters, and the reactions of everyone, make a few MB. */
export const maxLineBytes = 16 * 1_048_576;

/**
 * The lines of JSON Lines. Only a line feed ends one: `node:readline` ends them at U+2028 and U+2029 too, which may stand
 * inside a text of JSON.
 *
 * @returns `null` in place of a line of more than {@link maxLineBytes}, which is never in memory whole
 */
export async function* jsonLinesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string | null> {
  let parts: Buffer[] = [];
  let size = 0;
  const add = (part: Buffer) => {
    size += part.length;
    if (size > maxLineBytes) parts = [];
    else parts.push(part);
  };
  const take = (): string | null => {
    const line = size > maxLineBytes ? null : Buffer.concat(parts).toString('utf8');
    parts = [];
    size = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, from)) {
      add(chunk.subarray(from, end));
      yield take();
      from = end + 1;
    }
    add(chunk.subarray(from));
  }
  if (size > 0) yield take();
}
