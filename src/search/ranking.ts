import type { SearchWord } from './search-query.js';
import { runTerms, wordTerm } from './terms.js';

const widest = 999;

/**
 * How well an entry fits: first how many of the words it has whole, not only as a beginning, then how close together
 * they stand. A greater number is a better fit.
 *
 * @param terms of the entry, in the order in which they first appear in the text
 */
export function fitOf(terms: readonly string[], words: readonly SearchWord[]): number {
  let wholeWords = 0;
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const { kind, text } of words) {
    const exact = terms.indexOf(kind === 'run' ? (runTerms(text)[0] ?? text) : wordTerm(text));
    const place = exact === -1 ? terms.findIndex((term) => term.startsWith(text)) : exact;
    if (exact !== -1) wholeWords += 1;
    if (place === -1) continue;
    first = Math.min(first, place);
    last = Math.max(last, place);
  }
  const spread = last > first ? last - first : 0;
  return wholeWords * (widest + 1) - Math.min(spread, widest);
}
