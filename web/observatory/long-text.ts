import { element } from '../shared/dom.js';
import { count } from '../shared/format.js';

interface LongTextOptions {
  text: string;
  /** Of the whole text, of which the server may have kept a beginning only. */
  length: number;
  maxLength: number;
  maxLines: number;
  render: (text: string) => readonly Node[];
}

/** A text whose end waits for a click when it is long, and which says so when the server has not kept all of it. */
export function longText({ text, length, maxLength, maxLines, render }: LongTextOptions): HTMLElement {
  const shown = beginningOf(text, maxLength, maxLines);
  const place = element('div', { class: 'long-text' }, ...render(shown));
  const notKept =
    length > text.length
      ? element('p', { class: 'hint' }, `${count(text.length)} of ${count(length)} characters were kept.`)
      : null;
  if (shown.length === text.length) {
    if (notKept !== null) place.append(notKept);
    return place;
  }
  const more = element(
    'button',
    { type: 'button', class: 'button show-all' },
    `Show all ${count(text.length)} characters`,
  );
  more.addEventListener('click', () => {
    place.replaceChildren(...render(text));
    if (notKept !== null) place.append(notKept);
    place.tabIndex = -1;
    place.focus({ preventScroll: true });
  });
  place.append(more);
  return place;
}

/** Whole lines where there are lines. */
function beginningOf(text: string, maxLength: number, maxLines: number): string {
  let end = 0;
  for (let lines = 0; lines < maxLines && end !== -1; lines += 1) end = text.indexOf('\n', end + 1);
  const cut = Math.min(end === -1 ? text.length : end, maxLength);
  // A little more than the limit is no reason for a button.
  return text.length - cut < maxLength / 10 && end === -1 ? text : text.slice(0, cut).toWellFormed();
}
