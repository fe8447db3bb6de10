import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { usernamesOf } from './usernames.js';

describe('usernamesOf', () => {
  it('keeps what a username may have, and adds the tag', () => {
    expect([...usernamesOf(['Dr_willis', 'Chris|', '][AcHm2][', 's_'], 'ab1')]).toEqual([
      ['Dr_willis', 'Dr_willis-ab1'],
      ['Chris|', 'Chris_-ab1'],
      ['][AcHm2][', '__AcHm2__-ab1'],
      ['s_', 's_-ab1'],
    ]);
  });

  it('tells nicks apart that differ only in case or in what a username may not have', () => {
    const names = usernamesOf(['m1dn1ght', 'M1dn1ght', 'a|', 'a^', 'a_'], 't');
    expect([...names.values()]).toEqual(['m1dn1ght-t', 'M1dn1ght-2-t', 'a_-t', 'a_-2-t', 'a_-3-t']);
  });

  it('gives every nick a valid name of its own, without regard to case', () => {
    const nick = fc.string({
      unit: fc.constantFrom('a', 'A', 'b', 'B', '|', '[', ']', '\\', '^', '`', '{', '}', '_', '-', '1', 'é'),
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(fc.uniqueArray(nick, { maxLength: 60 }), (nicks) => {
        const names = [...usernamesOf(nicks, 'abc123').values()];
        expect(names.filter((name) => !/^[A-Za-z0-9_.-]{3,32}$/.test(name))).toEqual([]);
        expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(nicks.length);
      }),
    );
  });
});
