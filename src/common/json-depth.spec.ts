import { describe, expect, it } from '@jest/globals';

import { depthExceeds } from './json-depth.js';

/** `depth` arrays or objects, one in the other. */
function nested(depth: number, wrap: (inner: unknown) => unknown, innermost: unknown = 1): unknown {
  let value = innermost;
  for (let level = 0; level < depth; level += 1) value = wrap(value);
  return value;
}

const inArray = (inner: unknown) => [inner];
const inObject = (inner: unknown) => ({ inner });

describe('depthExceeds', () => {
  it.each([
    ['a number', 1, 0, false],
    ['null', null, 0, false],
    ['nothing', undefined, 0, false],
    ['a text', 'text', 0, false],
    ['an empty object', {}, 0, false],
    ['an object with a value', { a: 1 }, 0, true],
    ['an object with a value', { a: 1 }, 1, false],
    ['three arrays', nested(3, inArray), 3, false],
    ['three arrays', nested(3, inArray), 2, true],
    ['three objects', nested(3, inObject), 3, false],
    ['three objects', nested(3, inObject), 2, true],
    ['a deep value beside a shallow one', [1, { a: [2] }], 2, true],
    ['a deep value beside a shallow one', [1, { a: [2] }], 3, false],
  ])('of %s (%j), against %i: %s', (_what, value, maxDepth, expected) => {
    expect(depthExceeds(value, maxDepth)).toBe(expected);
  });

  it.each([
    ['arrays', inArray],
    ['objects', inObject],
  ])('takes 100,000 %s, one in the other, without running out of stack', (_what, wrap) => {
    expect(depthExceeds(nested(100_000, wrap), 16)).toBe(true);
    expect(depthExceeds(nested(100_000, wrap), 100_000)).toBe(false);
  });
});
