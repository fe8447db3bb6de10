import { describe, expect, it } from '@jest/globals';
import { validateSync } from 'class-validator';

import { CharacterLength } from './character-length.decorator.js';

class Named {
  @CharacterLength(2, 4)
  name: unknown;
}

function faultsOf(name: unknown): Record<string, string>[] {
  return validateSync(Object.assign(new Named(), { name })).map(({ constraints }) => constraints ?? {});
}

describe('CharacterLength', () => {
  it.each([
    ['a character too few', 'a', false],
    ['the fewest', 'ab', true],
    ['the most', 'abcd', true],
    ['a character too many', 'abcde', false],
    ['nothing', '', false],
    ['one emoji outside the basic plane', '😀', false],
    ['two of them', '😀😀', true],
    ['four of them', '😀😀😀😀', true],
    ['five of them', '😀😀😀😀😀', false],
    ['a lone surrogate', 'ab\ud800', false],
    ['a huge text', 'a'.repeat(10_000_000), false],
    ['a number', 123, false],
    ['null', null, false],
    ['nothing at all', undefined, false],
    ['an array of the right length', ['a', 'b'], false],
    ['an operator', { $ne: 'ab' }, false],
  ])('takes %s: %#', (_what, name, expected) => {
    expect(faultsOf(name)).toEqual(expected ? [] : [{ characterLength: 'name must be text of 2 to 4 characters' }]);
  });
});
