import { describe, expect, it } from '@jest/globals';

import { aChange, aSend } from '../../../test/support/log-operations.js';
import { newGroupId, newUserId } from '../../common/ids.js';
import { keptChangeIds, keptRevs, type MessageRecord } from '../message.schema.js';
import { place } from './placing.js';

const now = new Date('2026-01-02T03:04:05.678Z');

function aMessage(about: Partial<MessageRecord> = {}): MessageRecord {
  const send = aSend(newGroupId(), newUserId());
  return { ...place(send, 'op', { lastSeq: 0, rev: 0 }, new Date(0)).record, ...about };
}

describe('place', () => {
  it('gives a new message the next place and the next change, and its times', () => {
    const send = aSend(newGroupId(), newUserId(), 'id');
    expect(place(send, 'op', { lastSeq: 4, rev: 9 }, now)).toEqual({
      operation: send,
      record: {
        ...send.draft,
        sendKey: expect.stringMatching(/^[\w-]{22}$/),
        seq: 5,
        rev: 10,
        revs: [10],
        changeIds: [],
        reactions: [],
        versions: [],
        createdAt: now,
        updatedAt: now,
        editedAt: null,
        deletedAt: null,
        deletedBy: null,
        erasedAt: null,
        pinnedAt: null,
      },
    });
  });

  it('gives a change the next change and leaves the place as it is', () => {
    const before = aMessage({ seq: 2, rev: 3, revs: [2, 3], changeIds: ['earlier'] });
    const change = aChange(before);
    expect(place(change, 'op', { lastSeq: 4, rev: 9 }, now).record).toEqual({
      ...before,
      ...change.changes,
      rev: 10,
      revs: [2, 3, 10],
      changeIds: ['earlier', 'op'],
    });
  });

  it.each([
    ['the end', { end: 9, before: 3 }, 10],
    ['the message itself, when the end that is known is older', { end: 2, before: 3 }, 4],
    ['either, when they are the same', { end: 3, before: 3 }, 4],
  ])('counts on from %s', (_what, { end, before }, expected) => {
    const change = aChange(aMessage({ rev: before, revs: [before] }));
    expect(place(change, 'op', { lastSeq: 3, rev: end }, now).record.rev).toBe(expected);
  });

  it('keeps the latest of what a message was at and was changed by, not all', () => {
    const revs = Array.from({ length: keptRevs }, (_none, index) => index + 1);
    const changeIds = Array.from({ length: keptChangeIds }, (_none, index) => `op ${String(index)}`);
    const change = aChange(aMessage({ rev: keptRevs, revs, changeIds }));
    const { record } = place(change, 'op', { lastSeq: 1, rev: keptRevs }, now);
    expect(record.revs).toEqual([...revs.slice(1), keptRevs + 1]);
    expect(record.changeIds).toEqual([...changeIds.slice(1), 'op']);
  });

  it('leaves the message that was read untouched', () => {
    const before = Object.freeze(aMessage());
    Object.freeze(before.revs);
    expect(() => place(aChange(before), 'op', { lastSeq: 1, rev: 1 }, now)).not.toThrow();
  });
});
