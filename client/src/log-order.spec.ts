import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { LogChange } from './log-change.js';
import { LogOrder } from './log-order.js';

function aChange(rev: number): LogChange {
  const deletion = { messageId: `m${rev}`, groupId: 'g', seq: 1, rev, deletedBy: 'someone' };
  return { kind: 'deletion', seq: 1, rev, deletion, at: '' };
}

const revsOf = (changes: readonly LogChange[]) => changes.map(({ rev }) => rev);

describe('LogOrder', () => {
  it('brings changes that arrive in any order, doubled, into the order of the log', () => {
    const arrivals = fc.nat(30).chain((length) => {
      const all = Array.from({ length }, (_, index) => index + 1);
      return fc.record({
        all: fc.constant(all),
        shuffled: fc.shuffledSubarray(all, { minLength: length }),
        again: fc.subarray(all),
      });
    });
    fc.assert(
      fc.property(arrivals, ({ all, shuffled, again }) => {
        const order = new LogOrder(0);
        const due = [...again, ...shuffled].flatMap((rev) => revsOf(order.offer(aChange(rev))));
        expect(due).toEqual(all);
        expect(order.hasHole).toBe(false);
      }),
    );
  });

  it('knows of a hole until it is filled', () => {
    const order = new LogOrder(5);
    expect(order.offer(aChange(8))).toEqual([]);
    expect(order.hasHole).toBe(true);
    expect(revsOf(order.offer(aChange(6)))).toEqual([6]);
    expect(order.hasHole).toBe(true);
    expect(revsOf(order.offer(aChange(7)))).toEqual([7, 8]);
    expect(order.hasHole).toBe(false);
  });

  it('goes on from what came by another way', () => {
    const order = new LogOrder(0);
    order.offer(aChange(3));
    order.offer(aChange(6));
    expect(revsOf(order.advance(5))).toEqual([6]);
    expect(order.rev).toBe(6);
    expect(order.advance(2)).toEqual([]);
    expect(order.rev).toBe(6);
  });

  it('counts what it was told of, though it has not seen it, as missing', () => {
    const order = new LogOrder(2);
    order.expect(2);
    expect(order.hasHole).toBe(false);
    order.expect(3);
    expect(order.hasHole).toBe(true);
  });

  it('keeps a bounded number of early changes, and still knows that more are missing', () => {
    const order = new LogOrder(0);
    for (let rev = 2; rev <= 2000; rev += 1) order.offer(aChange(rev));
    expect(order.offer(aChange(1))).toHaveLength(1001);
    expect(order.hasHole).toBe(true);
    expect(order.advance(2000)).toEqual([]);
    expect(order.hasHole).toBe(false);
  });
});
