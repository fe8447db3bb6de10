import type { DashboardLevel } from '../../contract/dashboard.js';
import { element, setAttribute, setText } from '../shared/dom.js';
import { shortId } from '../shared/format.js';
import { levelSigns } from './level.js';
import { sorted, type SortDirection, type SortValue } from './sorted.js';

export interface Cell {
  text: string;
  level?: DashboardLevel;
  /** In full what the cell shows in short. */
  title?: string;
}

export interface Column<Row> {
  title: string;
  hint?: string;
  /** How wide: a class of data-table.css. The columns without one share what is left. */
  width?: 'time' | 'id' | 'count' | 'duration' | 'method' | 'status' | 'code' | 'name';
  isNumber?: boolean;
  /** Left out where there is little room. */
  isMinor?: boolean;
  cell: (row: Row) => Cell | string;
  /** A correlation id: the cell becomes a button that follows it. */
  follow?: (row: Row) => string | null;
  /** By what a click on the heading sorts. */
  sortBy?: (row: Row) => SortValue;
}

export interface TableOptions<Row> {
  /** The name of the table for whoever does not see the heading above it. */
  label: string;
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string;
  /** Stands in the table while it has no rows. */
  empty: string;
  /** Where there is little room, the columns without a width get a line of their own below the others. */
  isFolding?: boolean;
  /** Sorted by this column until somebody chooses another; without it the order is the server's. */
  sort?: { column: number; direction: SortDirection };
}

/**
 * A table that keeps its rows from one showing to the next, and with them focus, selection and place. The roles
 * are written out because a folded table is none of the browser's tables any more.
 */
export class DataTable<Row> {
  readonly element: HTMLElement;
  private readonly body = element('tbody', { role: 'rowgroup' });
  private readonly headings: HTMLTableCellElement[];
  private readonly emptyRow: HTMLTableRowElement;
  private readonly lines = new Map<string, HTMLTableRowElement>();
  private rows: readonly Row[] = [];
  private sort: { column: number; direction: SortDirection } | undefined;

  constructor(private readonly options: TableOptions<Row>) {
    this.sort = options.sort;
    this.headings = options.columns.map((column, index) => this.heading(column, index));
    this.emptyRow = element(
      'tr',
      { class: 'empty', role: 'row' },
      element('td', { role: 'cell', colspan: String(options.columns.length) }, options.empty),
    );
    const table = element(
      'table',
      { class: options.isFolding === true ? 'table is-folding' : 'table', role: 'table' },
      element('caption', { class: 'sr-only' }, options.label),
      element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...this.headings)),
      this.body,
    );
    // It scrolls by itself, so the keyboard must reach it.
    const region = { class: 'table-scroll', role: 'group', tabindex: '0', 'aria-label': options.label };
    this.element = element('div', region, table);
    this.showSort();
  }

  show(rows: readonly Row[]): void {
    this.rows = rows;
    const focused = document.activeElement;
    const wanted = this.keyed(this.inOrder(rows));
    for (const [key, line] of this.lines) {
      if (wanted.has(key)) continue;
      line.remove();
      this.lines.delete(key);
    }
    let place = 0;
    for (const [key, row] of wanted) {
      const line = this.lines.get(key) ?? this.newLine(key);
      this.fill(line, row);
      if (this.body.children[place] !== line) this.body.insertBefore(line, this.body.children[place] ?? null);
      place += 1;
    }
    if (rows.length === 0) this.body.append(this.emptyRow);
    else this.emptyRow.remove();
    // A row that changed its place has lost it.
    if (focused instanceof HTMLElement && focused !== document.activeElement && this.body.contains(focused)) {
      focused.focus({ preventScroll: true });
    }
  }

  private inOrder(rows: readonly Row[]): readonly Row[] {
    const sortBy = this.sort && this.options.columns[this.sort.column]?.sortBy;
    return this.sort && sortBy ? sorted(rows, sortBy, this.sort.direction) : rows;
  }

  /** Two rows may say the same: the second one gets a key of its own. */
  private keyed(rows: readonly Row[]): Map<string, Row> {
    const keyed = new Map<string, Row>();
    for (const row of rows) {
      let key = this.options.keyOf(row);
      while (keyed.has(key)) key += '+';
      keyed.set(key, row);
    }
    return keyed;
  }

  private newLine(key: string): HTMLTableRowElement {
    const line = element(
      'tr',
      { role: 'row' },
      ...this.options.columns.map((column) => element('td', { class: classOf(column), role: 'cell' })),
    );
    this.lines.set(key, line);
    return line;
  }

  private fill(line: HTMLTableRowElement, row: Row): void {
    for (const [index, column] of this.options.columns.entries()) {
      const target = line.cells[index];
      if (target === undefined) continue;
      const correlationId = column.follow?.(row);
      if (typeof correlationId === 'string') fillWithFollow(target, correlationId);
      else fillWithText(target, column.cell(row));
    }
  }

  private heading(column: Column<Row>, index: number): HTMLTableCellElement {
    const { title, hint, sortBy } = column;
    const attributes = {
      scope: 'col',
      role: 'columnheader',
      class: classOf(column),
      ...(hint !== undefined && { title: hint }),
    };
    if (sortBy === undefined) return element('th', attributes, title);
    const button = element('button', { type: 'button', class: 'sort-button' }, title);
    button.addEventListener('click', () => this.sortBy(index));
    return element('th', attributes, button);
  }

  /** Numbers are looked at from the largest down, names from A on; a second click turns it around. */
  private sortBy(column: number): void {
    const first = this.options.columns[column]?.isNumber === true ? 'descending' : 'ascending';
    const other = first === 'descending' ? 'ascending' : 'descending';
    const isTurned = this.sort?.column === column && this.sort.direction === first;
    this.sort = { column, direction: isTurned ? other : first };
    this.showSort();
    this.show(this.rows);
  }

  private showSort(): void {
    for (const [index, heading] of this.headings.entries()) {
      if (this.options.columns[index]?.sortBy === undefined) continue;
      setAttribute(heading, 'aria-sort', this.sort?.column === index ? this.sort.direction : 'none');
    }
  }
}

function classOf<Row>({ width, isNumber, isMinor }: Column<Row>): string {
  return [width === undefined ? 'col-rest' : `col-${width}`, isNumber && 'is-number', isMinor && 'is-minor']
    .filter((name) => typeof name === 'string')
    .join(' ');
}

function fillWithText(target: HTMLTableCellElement, cell: Cell | string): void {
  const { text, level = 'green', title = null } = typeof cell === 'string' ? { text: cell } : cell;
  setAttribute(target, 'data-level', level === 'green' ? null : level);
  setText(target, level === 'green' ? text : `${levelSigns[level].glyph} ${text}`);
  setAttribute(target, 'title', title);
}

function fillWithFollow(target: HTMLTableCellElement, correlationId: string): void {
  let button = target.querySelector('button');
  if (button === null) target.append((button = element('button', { type: 'button', class: 'follow-button' })));
  setText(button, shortId(correlationId));
  setAttribute(button, 'data-follow', correlationId);
  setAttribute(button, 'title', `${correlationId}: copy, and show only what belongs to it`);
}
