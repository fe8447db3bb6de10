import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { nameKeyOf, namePiecesOf, nameSearchOf } from './channel-name.js';

describe('the pieces of a channel name', () => {
  it('are all its parts of up to six characters', () => {
    expect(namePiecesOf('abc').sort()).toEqual(['a', 'ab', 'abc', 'b', 'bc', 'c']);
    expect(namePiecesOf('aaaaaaaa').sort()).toEqual(['a', 'aa', 'aaa', 'aaaa', 'aaaaa', 'aaaaaa']);
    expect(namePiecesOf('')).toEqual([]);
  });

  it('are cut between characters, never within one', () => {
    expect(namePiecesOf('🎈é').sort()).toEqual(['é', '🎈', '🎈é'].sort());
  });

  it('hold the piece of whatever part of the name is asked for', () => {
    const aName = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }).map(nameKeyOf);
    fc.assert(
      fc.property(aName, fc.nat(), fc.nat(), (name, from, length) => {
        const characters = Array.from(name);
        const start = from % characters.length;
        const part = characters.slice(start, start + 1 + (length % characters.length)).join('');
        const { piece, rest } = nameSearchOf(part);
        expect(namePiecesOf(name)).toContain(piece);
        expect(name.includes(rest ?? piece)).toBe(true);
      }),
    );
  });
});
