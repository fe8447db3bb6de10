import { beforeEach, describe, expect, it } from '@jest/globals';

import type { EntryView } from '../../contract/observatory.js';
import { EntryPages } from './entry-pages.js';

const pageSize = 3;

describe('the pages of a conversation', () => {
  /** What the server has, in its order; a cursor is the last line that was given out. */
  let lines: string[];
  let asked: (string | null)[];
  let isAway: boolean;
  let pages: EntryPages;

  beforeEach(() => {
    lines = Array.from('abcdefgh');
    asked = [];
    isAway = false;
    pages = new EntryPages((cursor) => {
      asked.push(cursor);
      if (isAway) return Promise.resolve({ kind: 'unreachable' });
      const start = cursor === null ? 0 : lines.indexOf(cursor) + 1;
      const items = lines.slice(start, start + pageSize).map((id) => ({ id }) as EntryView);
      const hasMore = start + pageSize < lines.length;
      return Promise.resolve({ kind: 'ok', body: { items, hasMore, nextCursor: hasMore ? items.at(-1)!.id : null } });
    });
  });
  const loaded = () => pages.loaded.map(({ id }) => id).join('');
  const loadAll = async () => {
    while (!pages.isAtEnd) await pages.loadNext();
  };

  it('come one after the other until the end', async () => {
    await pages.loadNext();
    expect([loaded(), pages.isAtEnd]).toEqual(['abc', false]);
    await loadAll();
    expect([loaded(), pages.isAtEnd]).toEqual(['abcdefgh', true]);
    expect(asked).toEqual([null, 'c', 'f']);
  });

  it('take what is new at their end, and shortly before it, again and again', async () => {
    await loadAll();
    lines = Array.from('abcdeXfghij');
    await pages.refreshEnd();
    expect(loaded()).toBe('abcdeXfghij');
    for (const more of 'klmnopq') {
      lines.push(more);
      await pages.refreshEnd();
      expect(loaded()).toBe(lines.join(''));
    }
    expect(pages.isAtEnd).toBe(true);
  });

  it('do not read the beginning for it', async () => {
    await loadAll();
    asked = [];
    lines.push('i', 'j');
    await pages.refreshEnd();
    expect(asked).not.toContain(null);
  });

  it('are not read anew before their end was reached', async () => {
    await pages.loadNext();
    asked = [];
    await pages.refreshEnd();
    expect(asked).toEqual([]);
  });

  it('stay what they were while the server is away', async () => {
    await loadAll();
    isAway = true;
    lines.push('i');
    expect(await pages.refreshEnd()).toEqual({ kind: 'unreachable' });
    expect([loaded(), pages.isAtEnd]).toEqual(['abcdefgh', true]);
    isAway = false;
    expect(await pages.refreshEnd()).toBeNull();
    expect(loaded()).toBe('abcdefghi');
  });
});
