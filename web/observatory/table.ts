import { element, svgElement } from '../shared/dom.js';

interface Column<Row> {
  heading: string;
  read: (row: Row) => string;
  /** Drawn below the number, full for the largest of the column. */
  bar?: { read: (row: Row) => number; color: 1 | 2 | 3 | 4 };
  isBad?: (row: Row) => boolean;
}

interface TableOptions<Row> {
  name: string;
  empty: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
}

/** Numbers to be compared: the first column names, the others count. It scrolls by itself where it is too wide. */
export function table<Row>({ name, empty, rows, columns }: TableOptions<Row>): HTMLElement {
  if (rows.length === 0) return element('p', { class: 'hint' }, empty);
  const largest = columns.map(({ bar }) => (bar === undefined ? 0 : Math.max(...rows.map(bar.read))));
  const head = columns.map(({ heading }) => element('th', { scope: 'col' }, heading));
  const lines = rows.map((row) => {
    const cells = columns.map(({ read, bar, isBad }, index) => {
      const cell = index === 0 ? element('th', { scope: 'row' }, read(row)) : element('td', {}, read(row));
      if (bar !== undefined)
        cell.append(barOf(bar.read(row) / (largest[index] === 0 ? 1 : (largest[index] ?? 1)), bar.color));
      if (isBad?.(row) === true) cell.classList.add('is-bad');
      return cell;
    });
    return element('tr', {}, ...cells);
  });
  return element(
    'div',
    { class: 'table-place', tabindex: '0', role: 'region', 'aria-label': name },
    element(
      'table',
      { class: 'numbers' },
      element('thead', {}, element('tr', {}, ...head)),
      element('tbody', {}, ...lines),
    ),
  );
}

/** @param share 0 to 1; something is never shown as nothing */
function barOf(share: number, color: number): SVGSVGElement {
  const width = share === 0 ? 0 : Math.max(1, share * 100);
  return svgElement(
    'svg',
    {
      class: `cell-bar series-${String(color)}`,
      viewBox: '0 0 100 4',
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    },
    svgElement('rect', { class: 'cell-bar-ground', width: '100', height: '4' }),
    svgElement('rect', { class: 'cell-bar-fill', width: width.toFixed(1), height: '4' }),
  );
}
