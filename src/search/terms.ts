import { limits } from '../../contract/limits.js';

/**
 * How text becomes the terms by which it is found. Both sides go through here, what is stored and what is searched for,
 * so a change of these rules makes the stored entries of older messages wrong: raise {@link termsVersion} with it.
 */
export const termsVersion = 2;

/** A word of a text. */
export interface Token {
  /** As {@link fold} makes it. */
  text: string;
  /** Of a script that is written without spaces: it is a run of any number of words. */
  isRun: boolean;
  /** Where it begins in the folded text. */
  at: number;
}

/** Letters, digits, and the marks that belong to them; the first group is of scripts that put no space between words. */
const words =
  /([[\p{L}\p{N}\p{M}]&&[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]]+)|[[\p{L}\p{N}\p{M}]--[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]]+/gv;

/**
 * Marks that a reader leaves out when he types in haste: accents, and vowel points of Hebrew and Arabic. In other scripts
 * marks are vowels (हि, ไทย), and the voicing of kana makes another sound (か, が): those stay.
 */
const diacritics = /[[\p{M}&&[\p{sc=Inherited}\p{sc=Hebrew}\p{sc=Arabic}]]--[\u3099\u309A]]/gv;

// eslint-disable-next-line no-control-regex -- ASCII is what it asks for
const ascii = /^[\x00-\x7f]*$/;

/** Text without what makes no difference to a search: case, accents, forms of compatibility such as full width. */
export function fold(text: string): string {
  if (ascii.test(text)) return text.toLowerCase();
  // By way of capitals, which unites what has one capital: ß and ss, σ and ς.
  const plain = text.normalize('NFKD').replace(diacritics, '').toUpperCase().toLowerCase().replaceAll('ς', 'σ');
  return plain.normalize('NFC');
}

/** The words of a folded text, in its order. */
export function tokensOf(folded: string): Token[] {
  return Array.from(folded.matchAll(words), ({ 0: text, 1: run, index }) => ({
    text,
    isRun: run !== undefined,
    at: index,
  }));
}

/** So much of a long word is in the index; what is beyond is compared with the text itself. */
const maxTermLength = 40;

/** A word as the index has it. */
export function wordTerm(text: string): string {
  return text.slice(0, maxTermLength);
}

/**
 * A run as the index has it: each two neighbours, and the last one alone. So whatever part of the run is searched for, all
 * its pairs are there, and one character is the beginning of a term. The words within (`Intl.Segmenter`) would be fewer,
 * but they differ with what stands around them and with the version of ICU, and part of a word would find nothing.
 */
export function runTerms(text: string): string[] {
  const characters = Array.from(text);
  return characters.map((character, index) => character + (characters[index + 1] ?? ''));
}

/** The different terms of a message's text, in the order in which they first appear. */
export function termsOf(content: string): string[] {
  const terms = new Set<string>();
  for (const { text, isRun } of tokensOf(fold(content))) {
    if (isRun) for (const term of runTerms(text)) terms.add(term);
    else terms.add(wordTerm(text));
    if (terms.size >= limits.search.maxTermsOfMessage) break;
  }
  return Array.from(terms).slice(0, limits.search.maxTermsOfMessage);
}

/**
 * So long are the beginnings of words that are looked up as they stand. A search for what begins so is then a look at one
 * place of the index, newest first, and not one at each of the words that begin so. Further lengths would tell little
 * more apart, and cost a key for each word of each message.
 */
const keyLengths = [3, 4, 5, 7] as const;
const isOfRun =
  /^[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/v;

/** What the index has of a message with these terms: beginnings of words, and of runs the pairs and each character. */
export function keysOf(terms: readonly string[]): string[] {
  const keys = new Set<string>();
  for (const term of terms) {
    if (isOfRun.test(term)) {
      keys.add(term);
      for (const character of term) keys.add(character);
    } else {
      for (const length of keyLengths) if (term.length >= length) keys.add(beginning(term, length));
    }
  }
  return Array.from(keys);
}

/** The key that every message has with a word that begins so; `null` when it is too short for one. */
export function keyOfWord(text: string): string | null {
  const length = keyLengths.findLast((one) => one <= text.length);
  return length === undefined ? null : beginning(text, length);
}

/** Not a half of a character: the database would not keep it apart from others. */
function beginning(text: string, length: number): string {
  const cut = text.slice(0, length);
  return cut.isWellFormed() ? cut : text.slice(0, length + 1);
}
