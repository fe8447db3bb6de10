import { describe, expect, it } from '@jest/globals';

import { ShownRange } from './shown-range.js';

const messages = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ seq: from + index }));
const endsOf = (shown: readonly { seq: number }[]) => [shown[0]?.seq, shown.at(-1)?.seq];

describe('the part of a history that is in the document', () => {
  it('is the newest at first, and follows what comes', () => {
    const range = new ShownRange();
    expect(endsOf(range.of(messages(1, 500)))).toEqual([441, 500]);
    expect(endsOf(range.of(messages(1, 510)))).toEqual([451, 510]);
    expect(range.of([])).toEqual([]);
  });

  it('grows upwards to 200 messages, then leaves the newest behind', () => {
    const range = new ShownRange();
    const all = messages(1, 500);
    for (const expected of [
      [381, 500],
      [321, 500],
      [261, 460],
    ]) {
      expect(range.growUp(all)).toBe(true);
      expect(endsOf(range.of(all))).toEqual(expected);
    }
    expect(range.followsNewest).toBe(false);
  });

  it('grows no further than what was loaded', () => {
    const range = new ShownRange();
    expect(range.growUp(messages(480, 500))).toBe(false);
    expect(range.growUp([])).toBe(false);
  });

  it('grows downwards to the newest again, and follows it', () => {
    const range = new ShownRange();
    const all = messages(1, 500);
    range.goTo(100, 500);
    expect(endsOf(range.of(all))).toEqual([40, 160]);
    while (range.growDown(all));
    expect(range.followsNewest).toBe(true);
    expect(endsOf(range.of(all))).toEqual([301, 500]);
  });

  it('stays where it is when something comes at the end', () => {
    const range = new ShownRange();
    range.goTo(100, 500);
    expect(endsOf(range.of(messages(1, 501)))).toEqual([40, 160]);
    range.goToNewest();
    expect(endsOf(range.of(messages(1, 501)))).toEqual([442, 501]);
  });
});
