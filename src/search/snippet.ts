import { limits } from '../../contract/limits.js';
import type { SnippetPartView } from '../../contract/views.js';
import { matches, type SearchWord } from './search-query.js';
import { fold, tokensOf } from './terms.js';

/** A part of a text, by its places in it. */
interface Span {
  from: number;
  to: number;
}

/** A letter with the marks on it (voicing of half-width kana among them): what folding changes as one. */
const clusters = /[^\p{M}\uFF9E\uFF9F][\p{M}\uFF9E\uFF9F]*|[\p{M}\uFF9E\uFF9F]+/gu;

/** So much is shown before the first match. */
const lead = 40;

const ellipsis = '…';

/** The part of a text in which the first match stands, in pieces that say whether they are one: never HTML. */
export function snippetOf(content: string, words: readonly SearchWord[]): SnippetPartView[] {
  // As one letter has one form, what is folded can be found in what was not.
  const text = content.normalize('NFC');
  const found = matchesIn(text, words);
  const window = windowAround(text, found[0]?.from ?? 0);
  const parts: SnippetPartView[] = [];
  const add = (from: number, to: number, isMatch: boolean) => {
    if (to > from) parts.push({ text: text.slice(from, to), isMatch });
  };
  let at = window.from;
  for (const { from, to } of found) {
    if (from < at || from >= window.to) continue;
    const end = Math.min(to, window.to);
    add(at, from, false);
    add(from, end, true);
    at = end;
  }
  add(at, window.to, false);
  return [
    ...(window.from > 0 ? [{ text: ellipsis, isMatch: false }] : []),
    ...parts,
    ...(window.to < text.length ? [{ text: ellipsis, isMatch: false }] : []),
  ];
}

/** Where the words stand, one behind the other. */
function matchesIn(text: string, words: readonly SearchWord[]): Span[] {
  const { folded, origin } = foldWithOrigin(text);
  const spans = tokensOf(folded).flatMap((token) =>
    words
      .filter((word) => matches(token, word))
      .flatMap((word) => placesIn(token.text, word).map((place) => ({ place: token.at + place, word }))),
  );
  return spans
    .map(({ place, word }) => ({
      from: origin[place] ?? 0,
      to: origin[place + word.text.length] ?? text.length,
    }))
    .sort((one, other) => one.from - other.from || other.to - one.to);
}

/** A run may have the searched part several times. */
function placesIn(text: string, word: SearchWord): number[] {
  if (word.kind !== 'run') return [0];
  const places: number[] = [];
  for (let at = text.indexOf(word.text); at !== -1; at = text.indexOf(word.text, at + word.text.length)) {
    places.push(at);
  }
  return places;
}

/** The folded text, and for each of its places where it comes from; the end of the text for the place behind the last. */
function foldWithOrigin(text: string): { folded: string; origin: number[] } {
  let folded = '';
  const origin: number[] = [];
  for (const { 0: cluster, index } of text.matchAll(clusters)) {
    const piece = fold(cluster);
    origin.push(...new Array<number>(piece.length).fill(index));
    folded += piece;
  }
  return { folded, origin: [...origin, text.length] };
}

function windowAround(text: string, at: number): Span {
  const { snippetMaxLength } = limits.search;
  if (text.length <= snippetMaxLength) return { from: 0, to: text.length };
  const latest = text.length - snippetMaxLength;
  const from = beginningOfCharacter(text, Math.max(0, Math.min(at - lead, latest)));
  return { from, to: beginningOfCharacter(text, Math.min(text.length, from + snippetMaxLength)) };
}

/** Never between the halves of a character. */
function beginningOfCharacter(text: string, at: number): number {
  return /[\uDC00-\uDFFF]/.test(text.charAt(at)) && at > 0 ? at - 1 : at;
}
