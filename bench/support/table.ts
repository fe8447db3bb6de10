import { figureText, type Row } from './rows.js';
import type { Load } from './stage.js';

const heads = [
  'what',
  'measure',
  'Confab',
  'baseline',
  'ratio',
  'of rounds',
  'to reach',
  '',
  'CPU % Confab',
  'CPU % baseline',
];
/** Columns with text; the others hold numbers and stand to the right. */
const textColumns = new Set([0, 1, 6, 7]);

/** The results of a benchmark as a table for a terminal. CPU: main thread of the server, database, main thread of the load. */
export function table(rows: readonly Row[]): string {
  const cells = [heads, ...rows.map(cellsOf)];
  const widths = heads.map((_, column) => Math.max(...cells.map((line) => (line[column] ?? '').length)));
  const lines = cells.map((line) =>
    line
      .map((cell, column) =>
        textColumns.has(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  const notes = rows.flatMap(({ scene, measure, note }) => (note === null ? [] : [`${scene}, ${measure}: ${note}`]));
  return [lines[0], rule, ...lines.slice(1), ...notes].join('\n');
}

export function numberText(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(value >= 10 ? 1 : 2);
}

function cellsOf({ scene, measure, confab, baseline, ratio, spread, figure, isReached, load }: Row): string[] {
  return [
    scene,
    measure,
    numberText(confab),
    baseline === null ? '' : numberText(baseline),
    ratio === null ? '' : ratio.toFixed(2),
    spread === null ? '' : `${spread.from.toFixed(2)}–${spread.to.toFixed(2)}`,
    figure === null ? '' : figureText(figure),
    isReached === null ? '' : isReached ? 'yes' : 'NO',
    load === null ? '' : loadText(load.confab),
    load === null ? '' : loadText(load.baseline),
  ];
}

function loadText({ server, database, generator }: Load): string {
  return [server, database, generator].map((percent) => Math.round(percent)).join(' / ');
}
