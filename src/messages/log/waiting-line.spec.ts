import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { limits } from '../../../contract/limits.js';
import type { GroupId } from '../../common/ids.js';
import { Problem } from '../../common/problem.js';
import { WaitingLine } from './waiting-line.js';

interface Item {
  groupId: GroupId;
  number: number;
}

/** `a1` is the first item of group a. */
function anItem(name: string): Item {
  return { groupId: name.charAt(0) as GroupId, number: Number(name.slice(1)) };
}

function aLineOf(...names: string[]): WaitingLine<Item> {
  const line = new WaitingLine<Item>();
  for (const name of names) line.add(anItem(name));
  return line;
}

function namesOf(items: readonly Item[]): string[] {
  return items.map(({ groupId, number }) => `${groupId}${String(number)}`);
}

describe('WaitingLine', () => {
  it('gives out the items of one group in the order they came', () => {
    expect(namesOf(aLineOf('a1', 'a2', 'a3').take(10))).toEqual(['a1', 'a2', 'a3']);
  });

  it('lets the groups take turns', () => {
    expect(namesOf(aLineOf('a1', 'a2', 'a3', 'b1', 'c1', 'c2').take(5))).toEqual(['a1', 'b1', 'c1', 'a2', 'c2']);
  });

  it('begins with the groups that did not get their turn', () => {
    const line = aLineOf('a1', 'a2', 'b1', 'b2', 'c1');
    expect(namesOf(line.take(2))).toEqual(['a1', 'b1']);
    expect(namesOf(line.take(2))).toEqual(['c1', 'a2']);
    expect(namesOf(line.take(2))).toEqual(['b2']);
  });

  it('gives no more than was asked for, and nothing when it is empty', () => {
    expect(aLineOf('a1', 'b1').take(0)).toEqual([]);
    expect(aLineOf().take(10)).toEqual([]);
  });

  it('puts items back in front of their group, in their order', () => {
    const line = aLineOf('a1', 'a2', 'b1', 'a3');
    const taken = line.take(3);
    line.putBack(taken);
    expect(line.length).toBe(4);
    expect(namesOf(line.take(10).filter(({ groupId }) => groupId === 'a'))).toEqual(['a1', 'a2', 'a3']);
  });

  it('takes out what need not wait any longer, wherever it stands', () => {
    const line = aLineOf('a1', 'a2', 'b1', 'b2');
    expect(namesOf(line.takeWhere(({ number }) => number === 2))).toEqual(['a2', 'b2']);
    expect(namesOf(line.take(10))).toEqual(['a1', 'b1']);
    expect(line.length).toBe(0);
  });

  it('refuses what goes beyond the limit of a group, and takes it again when there is room', () => {
    const line = new WaitingLine<Item>();
    for (let count = 1; count <= limits.log.maxWaitingPerGroup; count += 1) line.add(anItem(`a${String(count)}`));
    expect(() => line.add(anItem('a0'))).toThrow(Problem);
    expect(() => line.add(anItem('a0'))).toThrow(expect.objectContaining({ code: 'unavailable', retryAfter: 1 }));
    line.add(anItem('b1'));
    line.take(1);
    line.add(anItem('a0'));
    expect(line.length).toBe(limits.log.maxWaitingPerGroup + 1);
  });

  it('refuses what goes beyond the limit of all groups', () => {
    const line = new WaitingLine<Item>();
    for (let count = 0; count < limits.log.maxWaiting; count += 1) {
      line.add({ groupId: String(count % 20) as GroupId, number: count });
    }
    expect(() => line.add(anItem('n1'))).toThrow(expect.objectContaining({ code: 'unavailable' }));
  });

  it('loses nothing, doubles nothing and keeps every order, whatever is done with it', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('add' as const), group: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ kind: fc.constant('take' as const), max: fc.nat({ max: 5 }), putBack: fc.nat({ max: 5 }) }),
      fc.record({ kind: fc.constant('drop' as const), number: fc.nat({ max: 30 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const line = new WaitingLine<Item>();
        const added: Item[] = [];
        const gone: Item[] = [];
        const dropped: Item[] = [];
        for (const one of steps) {
          if (one.kind === 'add') {
            const item = anItem(`${one.group}${String(added.length)}`);
            added.push(item);
            line.add(item);
          } else if (one.kind === 'take') {
            const taken = line.take(one.max);
            // What is put back is the end of what was taken: nothing behind a failure was written.
            gone.push(...taken.slice(0, one.putBack));
            line.putBack(taken.slice(one.putBack));
          } else {
            dropped.push(...line.takeWhere(({ number }) => number === one.number));
          }
          expect(line.length).toBe(added.length - gone.length - dropped.length);
        }
        gone.push(...line.take(1000));
        for (const group of ['a', 'b', 'c']) {
          const ofGroup = (items: readonly Item[]) => namesOf(items.filter(({ groupId }) => groupId === group));
          const expected = added.filter((item) => !dropped.includes(item));
          expect(ofGroup(gone)).toEqual(ofGroup(expected));
        }
      }),
    );
  });
});
