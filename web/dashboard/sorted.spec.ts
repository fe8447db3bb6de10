import { describe, expect, it } from '@jest/globals';

import { sorted } from './sorted.js';

describe('rows in order', () => {
  const by = (value: number | string | null) => value;

  it('go up or down by number, not by digits', () => {
    expect(sorted([9, 100, 25], by, 'ascending')).toEqual([9, 25, 100]);
    expect(sorted([9, 100, 25], by, 'descending')).toEqual([100, 25, 9]);
  });

  it('go by name', () => {
    expect(sorted(['POST', 'GET', 'PUT'], by, 'ascending')).toEqual(['GET', 'POST', 'PUT']);
  });

  it('have what was not measured at the end either way', () => {
    expect(sorted([null, 2, null, 1], by, 'ascending')).toEqual([1, 2, null, null]);
    expect(sorted([null, 2, null, 1], by, 'descending')).toEqual([2, 1, null, null]);
  });

  it('keep their order where they are equal', () => {
    const rows = [
      { name: 'a', value: 1 },
      { name: 'b', value: 1 },
    ];
    expect(sorted(rows, ({ value }) => value, 'descending')).toEqual(rows);
  });
});
