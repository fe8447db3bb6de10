import { describe, expect, it } from '@jest/globals';

import { rangesOf } from './content-ranges.js';

describe('the parts of a content of a hundred bytes', () => {
  it.each([undefined, '', 'lines=1-2', 'bytes=abc', 'bytes', 'bytes=9-3'])('are all of it for %j', (range) => {
    expect(rangesOf(range, 100)).toEqual(range === 'bytes=9-3' ? [] : null);
  });

  it.each([
    ['bytes=0-9', [{ start: 0, end: 9 }]],
    ['bytes=90-', [{ start: 90, end: 99 }]],
    ['bytes=-10', [{ start: 90, end: 99 }]],
    ['bytes=-1000', [{ start: 0, end: 99 }]],
    ['bytes=0-1000', [{ start: 0, end: 99 }]],
    [
      'bytes=0-9,50-59',
      [
        { start: 0, end: 9 },
        { start: 50, end: 59 },
      ],
    ],
    ['bytes=0-9,5-20', [{ start: 0, end: 20 }]],
    ['bytes=0-9,200-300', [{ start: 0, end: 9 }]],
  ])('for %s', (range, parts) => {
    expect(rangesOf(range, 100)).toEqual(parts);
  });

  it.each(['bytes=100-', 'bytes=200-300', 'bytes=-0', `bytes=${Array.from({ length: 100 }, () => '0-').join(',')}`])(
    'are none for %s',
    (range) => {
      expect(rangesOf(range, 100)).toEqual([]);
    },
  );
});
