import { describe, expect, it } from '@jest/globals';

import { numbersOf, unionOf, type NotedRows } from './conversation-numbers.js';
import { treeOf } from './conversation-tree.js';
import { encodeRow, packRows, unpackRows, type LineRow } from './line-row.js';
import type { FileId } from './observatory-ids.js';

const row = (id: string, parent?: string, more: Partial<LineRow> = {}): LineRow => ({
  id,
  line: Number(id),
  order: Number(id),
  pack: 1,
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
  it('are read back as they were written', async () => {
    const rows = [
      row('1', undefined, { branch: 'main', version: '1' }),
      row('2', '1', { branch: 'main', version: '1' }),
      row('3', '1', { branch: 'other', version: '1' }),
    ];
    const encoded = rows.map((written, index) => encodeRow(written, rows[index - 1]));
    expect(await unpackRows(packRows(Buffer.from(encoded.join(''))))).toEqual(rows);
  });

  const noted = (fileId: string, rows: readonly LineRow[], generation = 0): NotedRows => ({
    fileId: fileId as FileId,
    generation,
    rows,
  });

  it('count once, whichever of the files that have them is read first', () => {
    const usage = (output: number) => ({ type: 'a' as const, usage: ['m', 'x', 1, output, 0, 0] as const });
    const first = noted('a', [row('1'), row('2', '1', usage(3))]);
    const second = noted('b', [row('1'), row('2', '1', usage(3)), row('3', '2', usage(5))]);
    const union = unionOf([first, second]);
    expect(union).toEqual(unionOf([second, first]));
    expect(union.map(({ row: { id }, fileId }) => `${id} of ${fileId}`)).toEqual(['1 of a', '2 of a', '3 of b']);
    expect(numbersOf(union.map((placed) => placed.row))).toMatchObject({
      entryCount: 3,
      usage: [{ model: 'x', messages: 1, inputTokens: 1, outputTokens: 5 }],
    });
  });

  it('count as the newest content of their file has them', () => {
    const former = noted('a', [row('1'), row('2')], 0);
    const newest = noted('a', [row('2', undefined, { version: 'new', line: 1 })], 1);
    const copied = noted('b', [row('2', undefined, { version: 'copied', line: 7 })]);
    for (const parts of [
      [former, newest, copied],
      [copied, newest, former],
    ]) {
      expect(unionOf(parts).map(({ row: { id, version } }) => [id, version])).toEqual([
        ['1', undefined],
        ['2', 'new'],
      ]);
    }
  });
});
