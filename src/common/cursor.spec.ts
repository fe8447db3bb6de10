import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { decodeCursor, encodeCursor, toPage } from './cursor.js';

const refused = expect.objectContaining({
  code: 'validation_failed',
  errors: [{ field: 'cursor', message: 'is not a cursor of this list' }],
});

describe('a cursor', () => {
  it('comes back as it was, whatever it carries', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer(), (text, number) => {
        const cursor = encodeCursor('list', [text, number]);
        expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(decodeCursor('list', cursor, ['string', 'number'])).toEqual([text, number]);
      }),
    );
  });

  it.each([
    ['empty', ''],
    ['not base64url', '%%%'],
    ['not JSON', Buffer.from('[1,').toString('base64url')],
    ['no array', Buffer.from('{"0":"list","length":3}').toString('base64url')],
    ['null', Buffer.from('null').toString('base64url')],
    ['of another list', encodeCursor('other', ['a', 1])],
    ['too short', encodeCursor('list', ['a'])],
    ['too long', encodeCursor('list', ['a', 1, 1])],
    ['of other types', encodeCursor('list', [1, 'a'])],
    ['with null for a value', encodeCursor('list', ['a', null])],
    ['with an object for a value', Buffer.from('["list",{"$gt":""},1]').toString('base64url')],
  ])("is refused as the client's fault when it is %s", (_what, cursor) => {
    expect(() => decodeCursor('list', cursor, ['string', 'number'])).toThrow(refused);
  });

  it('is refused, and nothing worse, whatever a client makes up', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String(),
          fc.json().map((json) => btoa(encodeURI(json))),
        ),
        (cursor) => {
          expect(() => decodeCursor('list', cursor, ['string', 'number'])).toThrow(refused);
        },
      ),
    );
  });
});

describe('toPage', () => {
  const page = (rows: number[], limit: number) => toPage(rows, limit, String, (row) => `after ${String(row)}`);

  it.each([
    ['nothing', [], 2, { items: [], nextCursor: null, hasMore: false }],
    ['less than a page', [1], 2, { items: ['1'], nextCursor: null, hasMore: false }],
    ['exactly a page', [1, 2], 2, { items: ['1', '2'], nextCursor: null, hasMore: false }],
    ['one row more than a page', [1, 2, 3], 2, { items: ['1', '2'], nextCursor: 'after 2', hasMore: true }],
  ])('makes a page of %s', (_what, rows, limit, expected) => {
    expect(page(rows, limit)).toEqual(expected);
  });
});
