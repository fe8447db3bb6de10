import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { UsageError } from '../support/usage-error.js';
import { readArguments } from './arguments.js';
import { planGroups } from './plan.js';
import { Random } from './random.js';

describe('the plan of a seeded database', () => {
  const anOrder = fc.record({
    users: fc.integer({ min: 2, max: 300 }),
    groups: fc.integer({ min: 1, max: 80 }),
    messages: fc.integer({ min: 0, max: 5000 }),
    seed: fc.integer({ min: 0, max: 999_999 }),
  });

  it('has as much as was ordered, and nobody twice in a group', () => {
    fc.assert(
      fc.property(anOrder, ({ users, groups, messages, seed }) => {
        const planned = planGroups({ users, groups, messages }, new Random(seed));
        expect(planned).toHaveLength(groups);
        expect(planned.reduce((sum, group) => sum + group.messages, 0)).toBe(messages);
        const pairs = planned.filter(({ kind }) => kind === 'direct').map(({ members }) => members.join(':'));
        expect(new Set(pairs).size).toBe(pairs.length);
        for (const { kind, members, messages: said } of planned) {
          expect(said).toBeGreaterThanOrEqual(0);
          expect(new Set(members).size).toBe(members.length);
          expect(members.every((member) => member >= 0 && member < users)).toBe(true);
          expect(members.length).toBeGreaterThanOrEqual(2);
          if (kind === 'direct') expect(members).toHaveLength(2);
        }
      }),
    );
  });

  it('is the same for the same seed, and another one for another', () => {
    const plan = (seed: number) => planGroups({ users: 1000, groups: 100, messages: 10_000 }, new Random(seed));
    expect(plan(1)).toEqual(plan(1));
    expect(plan(1)).not.toEqual(plan(2));
  });

  it('has a channel with everyone in it, and many small groups', () => {
    const planned = planGroups({ users: 10_000, groups: 500, messages: 1_000_000 }, new Random(1));
    const sizes = planned.map(({ members }) => members.length);
    expect(sizes[0]).toBe(10_000);
    expect(sizes.filter((size) => size > 100).length).toBeLessThan(20);
    expect(sizes.filter((size) => size === 2).length).toBeGreaterThan(100);
  });
});

describe('the arguments of the seeding command', () => {
  it('are small unless told otherwise', () => {
    expect(readArguments([])).toEqual({
      users: 1000,
      groups: 50,
      messages: 20_000,
      seed: 1,
      password: 'seeded-1',
      isIntoExisting: false,
      isJson: false,
    });
    expect(readArguments(['--help'])).toBeNull();
  });

  it.each([
    [['--users', '1']],
    [['--groups', '0']],
    [['--messages', 'many']],
    [['--messages', '-1']],
    [['--seed', '1.5']],
    [['--password', 'short']],
    [['--everything']],
    [['10000']],
  ])('are refused: %j', (args) => {
    expect(() => readArguments(args)).toThrow(UsageError);
  });
});
