import { describe, expect, it } from '@jest/globals';

import { jsonLinesOf, maxLineBytes } from './json-lines.js';

describe('jsonLinesOf', () => {
  // eslint-disable-next-line @typescript-eslint/require-await -- A stream is asynchronous, this one for no reason of its own.
  async function* inPieces(text: string, size: number) {
    const bytes = Buffer.from(text);
    for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
  }
  const linesOf = async (text: string, size = 3) => {
    const lines: (string | null)[] = [];
    for await (const line of jsonLinesOf(inPieces(text, size))) lines.push(line);
    return lines;
  };

  it('ends a line at a line feed, wherever the pieces end', async () => {
    const text = '{"a":"€ 🎉"}\n\n{"b":2}\n';
    for (const size of [1, 2, 3, 5, 100]) expect(await linesOf(text, size)).toEqual(['{"a":"€ 🎉"}', '', '{"b":2}']);
  });

  it('takes a last line that has no end', async () => {
    expect(await linesOf('one\ntwo')).toEqual(['one', 'two']);
    expect(await linesOf('')).toEqual([]);
  });

  it('leaves whatever else separates lines elsewhere in the line', async () => {
    const line = JSON.stringify('a\u2028b\u2029c\u0085d\re');
    expect(await linesOf(`${line}\n`)).toEqual([line]);
  });

  it('passes over a line that is too long, and goes on behind it', async () => {
    const [longest, tooLong] = ['x'.repeat(maxLineBytes), 'y'.repeat(maxLineBytes + 1)];
    expect(await linesOf(`one\n${tooLong}\n${longest}\ntwo`, 1_048_576)).toEqual(['one', null, longest, 'two']);
  });
});
