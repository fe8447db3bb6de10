import { describe, expect, it } from '@jest/globals';

import { numbersOf, unionOf } from './conversation-numbers.js';
import { treeOf } from './conversation-tree.js';
import { decodeRows, encodeRows, type LineRow } from './line-row.js';

const row = (id: string, parent?: string, more: Partial<LineRow> = {}): LineRow => ({
  id,
  line: Number(id),
  order: Number(id),
  type: 'u',
  ...(parent !== undefined && { parent }),
  ...more,
});

describe('treeOf', () => {
  it('shows one branch after the other where a conversation was rewound', () => {
    const rows = [row('1'), row('2', '1'), row('3', '2'), row('4', '1'), row('5', '4'), row('6', '3')];
    expect(treeOf(rows).map(({ id, depth }) => `${id}@${depth}`)).toEqual(['1@0', '2@1', '3@2', '6@3', '4@1', '5@2']);
  });

  it('shows every line once, whatever the lines say of their parents', () => {
    const rows = [row('1', '3'), row('2', '1'), row('3', '2'), row('4', 'nobody'), row('5', '5')];
    expect(
      treeOf(rows)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['1', '2', '3', '4', '5']);
  });

  it('has no depth that is too much', () => {
    const rows = Array.from({ length: 50_000 }, (_, index) => row(String(index + 1), String(index)));
    expect(treeOf(rows).at(-1)).toEqual({ id: '50000', depth: 49_999 });
  });
});

describe('rows', () => {
  it('are read back as they were written', () => {
    const rows = [
      row('1', undefined, { branch: 'main', version: '1' }),
      row('2', '1', { branch: 'main', version: '1' }),
      row('3', '1', { branch: 'other', version: '1' }),
    ];
    expect(decodeRows(encodeRows(rows))).toEqual(rows);
  });

  it('count once, whichever of the files that have them is read first', () => {
    const usage = (output: number) => ({ type: 'a' as const, usage: ['m', 'x', 1, output, 0, 0] as const });
    const first = [row('1'), row('2', '1', usage(3))];
    const second = [row('1'), row('2', '1', usage(3)), row('3', '2', usage(5))];
    const numbers = numbersOf(unionOf([first, second]));
    expect(numbers).toEqual(numbersOf(unionOf([second, first])));
    expect(numbers).toMatchObject({
      entryCount: 3,
      usage: [{ model: 'x', messages: 1, inputTokens: 1, outputTokens: 5 }],
    });
  });
});
