import { element } from '../shared/dom.js';

export interface Tile {
  name: string;
  value: string;
  /** Small, below the value. */
  note?: string;
  level?: 'green' | 'orange' | 'red' | undefined;
}

/** A few numbers, large enough to be seen at once. */
export function tiles(wanted: readonly Tile[]): HTMLElement {
  return element(
    'dl',
    { class: 'tiles' },
    ...wanted.map(({ name, value, note, level }) =>
      element(
        'div',
        { class: 'tile', ...(level !== undefined && { 'data-level': level }) },
        element('dt', {}, name),
        element('dd', { class: 'tile-value' }, value),
        ...(note === undefined ? [] : [element('dd', { class: 'tile-note' }, note)]),
      ),
    ),
  );
}
