import { describe, expect, it } from '@jest/globals';

import type { MessageView } from '../../contract/views.js';
import { compareSearch, scan, wordsToSearch } from './searches.js';

/** As much of a history as a search needs. */
function aHistory(...contents: string[]): MessageView[] {
  return contents.map((content, index) => ({ content, seq: index + 1 }) as MessageView);
}

describe('the searches of the demo', () => {
  it('are for words from the most seldom to the most frequent', () => {
    const words = wordsToSearch(aHistory('alpha beta', 'beta gamma', 'beta, gamma; abc'));
    expect(words).toEqual(['alpha', 'gamma', 'beta']);
    expect(wordsToSearch([])).toEqual([]);
  });

  it('scan for beginnings of words, without case and accents', () => {
    expect(scan(aHistory('Café', 'cafes', 'decaf', 'the_cafe'), 'cafe')).toEqual([1, 2, 4]);
  });

  it('tell a message that is not found, one too many, and a wrong one', () => {
    expect(compareSearch('word', [1, 2], [2, 1])).toBeNull();
    expect(compareSearch('word', [1, 2], [1])).toMatchObject({ kind: 'search', seq: 2 });
    expect(compareSearch('word', [1], [1, 5])).toMatchObject({ kind: 'search', seq: 5 });
    expect(compareSearch('word', [1, 2], [1, 3])).toMatchObject({ kind: 'search', seq: 2 });
    expect(compareSearch('word', [], [])).toBeNull();
  });
});
