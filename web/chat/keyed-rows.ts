import { element } from '../shared/dom.js';

/** One row: what it is (`key`), what it is drawn from (`parts`, compared one by one), and how. */
export interface KeyedRow {
  key: string;
  parts: readonly unknown[];
  draw: (row: HTMLLIElement) => void;
}

/**
 * Makes the rows of a list what they should be, and touches nothing that already is: an element stays the same as long as
 * its key is there, so focus, selection and scrolling live through every change.
 */
export class KeyedRows {
  private readonly present = new Map<string, { row: HTMLLIElement; parts: readonly unknown[] }>();

  constructor(private readonly list: HTMLElement) {}

  find(key: string): HTMLLIElement | undefined {
    return this.present.get(key)?.row;
  }

  show(wanted: readonly KeyedRow[]): void {
    const keys = new Set(wanted.map(({ key }) => key));
    for (const [key, { row }] of this.present) {
      if (keys.has(key)) continue;
      row.remove();
      this.present.delete(key);
    }
    let place = this.list.firstElementChild;
    for (const { key, parts, draw } of wanted) {
      const known = this.present.get(key);
      const row = known?.row ?? element('li');
      if (known === undefined || !areSame(known.parts, parts)) {
        draw(row);
        this.present.set(key, { row, parts });
      }
      if (row === place) place = row.nextElementSibling;
      else this.list.insertBefore(row, place);
    }
  }
}

function areSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((part, index) => part === other[index]);
}
