import { limits } from '../../contract/limits.js';
import { Problem } from '../common/problem.js';
import { fold, keyOfWord, runTerms, tokensOf, wordTerm, type Token } from './terms.js';

/** A word that is searched for: the beginning of a word, a whole one, or part of a run without spaces. */
export interface SearchWord {
  kind: 'beginning' | 'whole' | 'run';
  text: string;
}

/** What can be told of an entry: it has this term, or one that begins so. */
export interface TermCondition {
  text: string;
  isBeginning: boolean;
}

export interface SearchQuery {
  /** A message must have all of them, those of phrases too. */
  words: SearchWord[];
  /** Words that must stand side by side, in this order. */
  phrases: Token[][];
  conditions: TermCondition[];
  /** Each of them is in the index for every message that fits. */
  keys: string[];
}

const quoted = /["“”„]([^"“”„]*)["“”]/gu;

/**
 * Takes a search apart. Several words: all of them. A word of three letters or more finds what begins so, a shorter one
 * only itself, `"in quotes"` only side by side. Of runs without spaces any part is found.
 *
 * @throws Problem `validation_failed` when there is nothing to go by: no word of three letters, too many words
 */
export function parseSearchQuery(q: string): SearchQuery {
  const phrases = Array.from(q.matchAll(quoted), ([, text = '']) => tokensOf(fold(text)));
  const single = tokensOf(fold(q.replace(quoted, ' ')));
  const words = distinct([
    ...phrases.flat().map((token) => toWord(token, true)),
    ...single.map((token) => toWord(token, false)),
  ]);
  if (words.length === 0) throw Problem.field('q', 'must have a letter or a digit');
  if (words.length > limits.search.maxWords) {
    throw Problem.field('q', `must have at most ${String(limits.search.maxWords)} different words`);
  }
  if (!words.some(isSelective)) {
    throw Problem.field('q', `must have a word of at least ${String(limits.search.minWordLength)} letters`);
  }
  const conditions = conditionsOf(words);
  return { words, phrases: phrases.filter(({ length }) => length > 0), conditions, keys: keysOfWords(words) };
}

/** Whether a message's text has what is searched for; the index may know less of it, or something older. */
export function isFoundIn(content: string, { words, phrases }: Pick<SearchQuery, 'words' | 'phrases'>): boolean {
  const tokens = tokensOf(fold(content));
  return (
    words.every((word) => tokens.some((token) => matches(token, word))) &&
    phrases.every((phrase) => tokens.some((_, at) => standsAt(tokens, at, phrase)))
  );
}

/** Whether a word of a text is what is searched for, or begins so. */
export function matches({ text, isRun }: Token, word: SearchWord): boolean {
  if (isRun !== (word.kind === 'run')) return false;
  if (isRun) return text.includes(word.text);
  return word.kind === 'whole' ? text === word.text : text.startsWith(word.text);
}

/** A run within a phrase may be a part of the run in the text, at the end where the phrase goes on or began. */
function standsAt(tokens: readonly Token[], at: number, phrase: readonly Token[]): boolean {
  return phrase.every(({ text, isRun }, index) => {
    const token = tokens[at + index];
    if (token?.isRun !== isRun) return false;
    if (!isRun || (index > 0 && index < phrase.length - 1)) return token.text === text;
    if (phrase.length === 1) return token.text.includes(text);
    return index === 0 ? token.text.endsWith(text) : token.text.startsWith(text);
  });
}

function toWord({ text, isRun }: Token, isQuoted: boolean): SearchWord {
  if (isRun) return { kind: 'run', text };
  return { kind: isQuoted || isShort(text) ? 'whole' : 'beginning', text };
}

function isShort(text: string): boolean {
  return Array.from(text).length < limits.search.minWordLength;
}

function isSelective({ kind, text }: SearchWord): boolean {
  return kind === 'run' || !isShort(text);
}

function distinct(words: readonly SearchWord[]): SearchWord[] {
  return [...new Map(words.map((word) => [`${word.kind} ${word.text}`, word])).values()];
}

/** Whether an entry with these terms has what can be told of it. */
export function meets(terms: readonly string[], { text, isBeginning }: TermCondition): boolean {
  return isBeginning ? terms.some((term) => term.startsWith(text)) : terms.includes(text);
}

/** Some of what a message must have, as far as it is worth a look. */
function conditionsOf(words: readonly SearchWord[]): TermCondition[] {
  const all = words.flatMap(({ kind, text }) => {
    if (kind !== 'run') return [{ text: wordTerm(text), isBeginning: kind === 'beginning' }];
    const terms = runTerms(text);
    // The last character alone may go on in a message.
    return (terms.length > 1 ? terms.slice(0, -1) : terms).map((term) => ({
      text: term,
      isBeginning: terms.length === 1,
    }));
  });
  return [...new Map(all.map((one) => [`${String(one.isBeginning)} ${one.text}`, one])).values()].slice(
    0,
    limits.search.maxWords,
  );
}

function keysOfWords(words: readonly SearchWord[]): string[] {
  const keys = words.flatMap(({ kind, text }) => {
    if (kind !== 'run') return keyOfWord(text) ?? [];
    const terms = runTerms(text);
    return terms.length > 1 ? terms.slice(0, -1) : terms;
  });
  return [...new Set(keys)].slice(0, limits.search.maxWords);
}
