import type { Readable } from 'node:stream';

/**
 * The lines of a text file, one after the other. A line ends with a line feed, and with nothing else: Node's own
 * `readline` also ends it at U+2028 and U+2029, which JSON has in the middle of a text as they are.
 */
export async function* linesOf(input: Readable): AsyncGenerator<string> {
  let open: string[] = [];
  input.setEncoding('utf8');
  for await (const chunk of input as AsyncIterable<string>) {
    const [first = '', ...rest] = chunk.split('\n');
    open.push(first);
    for (const next of rest) {
      yield withoutReturn(open.join(''));
      open = [next];
    }
  }
  const last = open.join('');
  if (last !== '') yield withoutReturn(last);
}

/** As editors on Windows leave it. */
function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
