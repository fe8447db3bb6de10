import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { MessagePage, MessageView } from '../../contract/views.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { walkPages } from '../support/walk-pages.js';

/** Whole numbers from `first` down, or up, to `last`. */
function places(first: number, last: number): number[] {
  const step = first <= last ? 1 : -1;
  return Array.from({ length: Math.abs(last - first) + 1 }, (_, index) => first + index * step);
}

describe('the messages of a group', () => {
  let app: TestApp;
  let ada: Person;
  let path: string;
  /** 20 messages; 5 and 15 are deleted. */
  const deleted = [5, 15];
  beforeAll(async () => {
    app = await startTestApp();
    ada = await aPerson(app);
    const group = await ada.createGroup();
    path = `/groups/${group.id}/messages`;
    for (const place of places(1, 20)) {
      const message = await ada.sendMessage(group.id, `message ${String(place)}`);
      if (deleted.includes(place)) await ada.api.delete(`/messages/${message.id}`);
    }
  });
  afterAll(() => app.stop());

  const page = async (query: string) => expectStatus(await ada.api.get<MessagePage>(`${path}?${query}`), 200);
  const seqs = async (query: string) => (await page(query)).items.map(({ seq }) => seq);
  const living = (list: number[]) => list.filter((place) => !deleted.includes(place));

  it('come newest first, without the deleted ones, and say where the log ends', async () => {
    const all = await page('');
    expect(all.items.map(({ seq }) => seq)).toEqual(living(places(20, 1)));
    expect(all).toMatchObject({ nextCursor: null, hasMore: false, lastSeq: 20, rev: 22 });
  });

  it('show the deleted ones in their places if asked, without their content', async () => {
    const { items } = await page('includeDeleted=true');
    expect(items.map(({ seq }) => seq)).toEqual(places(20, 1));
    for (const message of items) {
      const isDeleted = deleted.includes(message.seq);
      expect(message).toMatchObject({ isDeleted, content: isDeleted ? null : `message ${String(message.seq)}` });
    }
    expect(await seqs('includeDeleted=false')).toEqual(living(places(20, 1)));
  });

  it('come before a place, newest first', async () => {
    expect(await seqs('before=10&limit=3')).toEqual([9, 8, 7]);
    expect(await seqs('before=7&limit=3')).toEqual([6, 4, 3]);
    expect(await seqs('before=1')).toEqual([]);
    expect(await seqs('before=0')).toEqual([]);
    expect(await seqs('before=1000&limit=2')).toEqual([20, 19]);
  });

  it('come after a place, oldest first', async () => {
    expect(await seqs('after=10&limit=3')).toEqual([11, 12, 13]);
    expect(await seqs('after=0&limit=2')).toEqual([1, 2]);
    expect(await seqs('after=13&limit=3')).toEqual([14, 16, 17]);
    expect(await page('after=20')).toMatchObject({ items: [], hasMore: false, nextCursor: null, lastSeq: 20 });
  });

  it('come around a place, newest first', async () => {
    expect(await seqs('around=10&limit=4')).toEqual([12, 11, 10, 9]);
    expect(await seqs('around=10&limit=5')).toEqual([12, 11, 10, 9, 8]);
    expect(await seqs('around=10&limit=1')).toEqual([10]);
    expect(await seqs('around=20&limit=4')).toEqual([20, 19, 18, 17]);
    expect(await seqs('around=1&limit=4')).toEqual([3, 2, 1]);
    expect(await seqs('around=5&limit=4')).toEqual([7, 6, 4, 3]);
    expect(await seqs('around=5&limit=4&includeDeleted=true')).toEqual([7, 6, 5, 4]);
  });

  it.each([
    ['newest first', '', 3, places(20, 1)],
    ['before a place', 'before=12', 4, places(11, 1)],
    ['after a place', 'after=6', 5, places(7, 20)],
    ['around a place, and on from there to the oldest', 'around=10', 4, places(12, 1)],
  ])('are walked through page by page: %s', async (_name, start, limit, expected) => {
    const seen: number[] = [];
    let next: string | null = start;
    while (next !== null) {
      const { items, nextCursor } = await page(`limit=${String(limit)}&${next}`);
      expect(items).not.toHaveLength(0);
      seen.push(...items.map(({ seq }) => seq));
      // The cursor stands instead of the place where the walk began.
      next = nextCursor === null ? null : `cursor=${nextCursor}`;
    }
    expect(seen).toEqual(living(expected));
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=ten',
    'before=-1',
    'before=1.5',
    'before=x',
    'after=1e400',
    'around=9007199254740993',
    'includeDeleted=maybe',
    'includeDeleted=1',
    'before=3&after=1',
    'before=3&around=3',
    'before=3&before=4',
    'cursor=nonsense',
    'cursor=',
    'order=asc',
    'before[$gt]=1',
  ])('are not given for %s', async (query) => {
    expectProblem(await ada.api.get(`${path}?${query}`), 'validation_failed');
  });

  it('are given for limit=1 and limit=100', async () => {
    expect(await seqs('limit=1')).toEqual([20]);
    expect(await seqs('limit=100')).toHaveLength(18);
  });

  it('take a cursor and a place not together, and no cursor of another list', async () => {
    const { nextCursor } = await page('limit=2');
    expectProblem(await ada.api.get(`${path}?cursor=${nextCursor!}&before=3`), 'validation_failed');
    const made = (values: unknown) => Buffer.from(JSON.stringify(values)).toString('base64url');
    const wrong = [made(['users', 'a']), made(['messages', 'older', '3']), made(['messages', 3]), made(null)];
    for (const cursor of wrong) expectProblem(await ada.api.get(`${path}?cursor=${cursor}`), 'validation_failed');
    expectProblem(await ada.api.get(`/groups?cursor=${nextCursor!}`), 'validation_failed');
  });

  it('are neither skipped nor repeated while others are sent', async () => {
    const group = await ada.createGroup();
    for (const place of places(1, 9)) await ada.sendMessage(group.id, String(place));
    const seen = await walkPages<MessageView>(ada.api, `/groups/${group.id}/messages?limit=2`, async () => {
      await ada.sendMessage(group.id, 'meanwhile');
    });
    expect(seen.map(({ seq }) => seq)).toEqual(places(9, 1));
  });
});
