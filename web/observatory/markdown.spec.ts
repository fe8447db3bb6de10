import { describe, expect, it } from '@jest/globals';

import { parseInline, parseText } from './markdown.js';

describe('the blocks of a text', () => {
  it('are paragraphs, as far apart as they were written', () => {
    expect(parseText('one\ntwo\n\n\nthree')).toEqual([
      { kind: 'paragraph', text: 'one\ntwo' },
      { kind: 'paragraph', text: 'three' },
    ]);
  });

  it('keep code as it is, also where it never ends', () => {
    expect(parseText('Look:\n```ts\nconst a = 1;\n\n- no list\n```\ndone')).toEqual([
      { kind: 'paragraph', text: 'Look:' },
      { kind: 'code', text: 'const a = 1;\n\n- no list', language: 'ts' },
      { kind: 'paragraph', text: 'done' },
    ]);
    expect(parseText('```\nopen')).toEqual([{ kind: 'code', text: 'open', language: '' }]);
    expect(parseText('````\n```\n````')).toEqual([{ kind: 'code', text: '```', language: '' }]);
  });

  it('are lists with their numbers, their depth and their further lines', () => {
    expect(parseText('3. three\n   more\n4. four\n  - deep')).toEqual([
      {
        kind: 'list',
        isOrdered: true,
        first: 3,
        items: [
          { text: 'three\nmore', depth: 0 },
          { text: 'four', depth: 0 },
          { text: 'deep', depth: 1 },
        ],
      },
    ]);
  });

  it('are headings, quotes and tables', () => {
    expect(parseText('## Title\n> said\n> so\n| a | b |\n|---|---|')).toEqual([
      { kind: 'heading', text: 'Title', level: 2 },
      { kind: 'quote', text: 'said\nso' },
      { kind: 'code', text: '| a | b |\n|---|---|', language: '' },
    ]);
  });

  it('come to an end for any text, and soon', () => {
    for (const piece of ['*', '`', '**', '- ', '> ', '# ', '|', '```', '  x\n', '*a']) {
      const startedAt = performance.now();
      const blocks = parseText(piece.repeat(20_000));
      for (const block of blocks) if ('text' in block) parseInline(block.text);
      expect(performance.now() - startedAt).toBeLessThan(2_000);
    }
  });
});

describe('the parts of a line', () => {
  it('are text, code, bold and slanted', () => {
    expect(parseInline('a `b*c*` **d** *e* f')).toEqual([
      { kind: 'text', text: 'a ' },
      { kind: 'code', text: 'b*c*' },
      { kind: 'text', text: ' ' },
      { kind: 'strong', text: 'd' },
      { kind: 'text', text: ' ' },
      { kind: 'emphasis', text: 'e' },
      { kind: 'text', text: ' f' },
    ]);
  });

  it.each(['2 * 3 * 4', 'a*b*c', '<b>bold</b>', '`open', '**open', '[text](javascript:alert(1))'])(
    'leave alone what is no mark: %s',
    (text) => expect(parseInline(text)).toEqual([{ kind: 'text', text }]),
  );
});
