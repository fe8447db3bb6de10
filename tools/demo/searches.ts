import { limits } from '../../contract/limits.js';
import type { FoundMessageView, MessageView, Page } from '../../contract/views.js';
import type { Account } from '../support/account.js';
import { Patience } from '../support/patience.js';
import type { Difference } from './compare.js';

/** What was found by some words of the log. */
export interface SearchesFound {
  /** Words that were searched for. */
  words: number;
  /** Messages that they found, in all. */
  found: number;
  differences: Difference[];
}

/** So many words are searched for, from seldom ones to the most frequent. */
const wordsSearched = 12;
const wordPattern = /[a-z]{4,}/g;

/** Searches for words of the log, and holds what is found to a plain scan of the history. */
export async function checkSearches(
  account: Account,
  groupId: string,
  stored: readonly MessageView[],
): Promise<SearchesFound> {
  const words = wordsToSearch(stored);
  const differences: Difference[] = [];
  let found = 0;
  for (const word of words) {
    const expected = scan(stored, word);
    const seqs = await searchUntilComplete(account, groupId, word, expected.length);
    found += seqs.length;
    const difference = compareSearch(word, expected, seqs);
    if (difference !== null) differences.push(difference);
  }
  return { words: words.length, found, differences };
}

/** Words of a history, some of them seldom and some frequent; each a beginning of others perhaps. */
export function wordsToSearch(stored: readonly MessageView[]): string[] {
  const counts = new Map<string, number>();
  for (const { content } of stored) {
    for (const word of new Set(plainText(content).match(wordPattern))) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const byCount = [...counts].sort(([one, count], [other, more]) => count - more || (one < other ? -1 : 1));
  const places = Array.from({ length: wordsSearched }, (_, index) =>
    Math.round(((byCount.length - 1) * index) / (wordsSearched - 1)),
  );
  return [...new Set(places)].flatMap((place) => byCount[place]?.[0] ?? []);
}

/** The places of the messages in which a word begins so, by looking at every one of them. */
export function scan(stored: readonly MessageView[], word: string): number[] {
  const begins = new RegExp(`(?<![\\p{L}\\p{N}\\p{M}])${word}`, 'u');
  return stored.filter(({ content }) => begins.test(plainText(content))).map(({ seq }) => seq);
}

/** What was found against what there is; `null` when it is the same. */
export function compareSearch(word: string, expected: readonly number[], found: readonly number[]): Difference | null {
  const [is, shouldBe] = [found, expected].map((seqs) => seqs.toSorted((one, other) => one - other));
  const first = shouldBe?.find((seq, index) => is?.[index] !== seq) ?? is?.[expected.length];
  if (first === undefined) return null;
  const detail = `"${word}" finds ${found.length} messages instead of ${expected.length}`;
  return { copy: 'stored', kind: 'search', line: null, seq: first, detail };
}

/** The index follows a moment later. */
async function searchUntilComplete(account: Account, groupId: string, word: string, count: number): Promise<number[]> {
  const patience = new Patience();
  for (let attempt = 1; ; attempt += 1) {
    const seqs = await search(account, groupId, word);
    if (seqs.length >= count || attempt === maxAttempts) return seqs;
    await patience.pause(new Error('the search is not complete'));
  }
}

/** About half a minute. */
const maxAttempts = 20;

async function search(account: Account, groupId: string, word: string): Promise<number[]> {
  const seqs: number[] = [];
  let place = '';
  for (;;) {
    const path = `/search/messages?q=${word}&groupId=${groupId}&limit=${limits.page.maxSize}${place}`;
    const { items, nextCursor } = await account.request<Page<FoundMessageView>>('GET', path);
    seqs.push(...items.map(({ message }) => message.seq));
    if (nextCursor === null) return seqs;
    place = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
}

/** Without case and accents. */
function plainText(content: string | null): string {
  return (content ?? '').normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
