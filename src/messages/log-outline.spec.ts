import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { GroupId, UserId } from '../common/ids.js';
import { LogOutline } from './log-outline.js';
import { everyone } from './mentions.js';
import type { OutlinedMessage } from './messages.repository.js';

const groupId = 'a group' as GroupId;
const users = ['ada', 'bob', 'cid'] as UserId[];

/** What is said and changed in a group, one after the other; a change is of one of the messages before. */
const aHistory = fc.array(
  fc.record({
    isNew: fc.boolean(),
    which: fc.nat(),
    senderId: fc.constantFrom(...users),
    mentions: fc.subarray<UserId | typeof everyone>([...users, everyone]),
    isDeleted: fc.boolean(),
  }),
  { maxLength: 60 },
);
type History = typeof aHistory extends fc.Arbitrary<infer Value> ? Value : never;

/** The state of the log after each step. */
function statesOf(history: History): OutlinedMessage[][] {
  const log: OutlinedMessage[] = [];
  return history.map(({ isNew, which, senderId, mentions, isDeleted }, index) => {
    const rev = index + 1;
    const changed = isNew ? undefined : log[which % Math.max(1, log.length)];
    if (changed === undefined) log.push({ groupId, seq: log.length + 1, rev, senderId, mentions, deletedAt: null });
    else log[changed.seq - 1] = { ...changed, rev, mentions, deletedAt: isDeleted ? new Date(0) : null };
    return [...log];
  });
}

function recount(log: readonly OutlinedMessage[], reader: UserId, lastReadSeq: number) {
  const unread = log.filter(
    ({ seq, senderId, deletedAt }) => seq > lastReadSeq && senderId !== reader && deletedAt === null,
  );
  const mentions = unread.filter((one) => one.mentions.includes(reader) || one.mentions.includes(everyone));
  return { unread: unread.length, mentions: mentions.length };
}

const endOf = (log: readonly OutlinedMessage[]) => ({
  lastSeq: log.length,
  rev: Math.max(0, ...log.map(({ rev }) => rev)),
});

describe('the outline of a log', () => {
  it('counts as the log does, wherever it was begun and however it was brought to its end', () => {
    fc.assert(
      fc.property(aHistory, fc.nat(), fc.nat(), fc.array(fc.nat(), { maxLength: 5 }), (history, from, above, stops) => {
        const states = statesOf(history);
        fc.pre(states.length > 0);
        const begun = states[from % states.length]!;
        const beyond = above % (begun.length + 1);
        const outline = LogOutline.of(endOf(begun), beyond, begun.slice(beyond));
        const later = [...stops.map((stop) => states[stop % states.length]!), states.at(-1)!];
        for (const log of later.filter((state) => endOf(state).rev > endOf(begun).rev)) {
          const { rev } = outline.end;
          // Some of it was read before, and comes again.
          expect(outline.moveOn(log.filter((message) => message.rev > rev - 2))).toBe(true);
        }
        const last = states.at(-1)!;
        expect(outline.end).toEqual(endOf(last));
        for (const reader of users) {
          for (let seq = beyond; seq <= last.length; seq += 1) {
            expect(outline.countUnread(reader, seq)).toEqual(recount(last, reader, seq));
          }
        }
        outline.shorten(3);
        expect(outline.size).toBeLessThanOrEqual(3);
        expect(outline.countUnread('ada' as UserId, outline.above)).toEqual(
          recount(last, 'ada' as UserId, outline.above),
        );
      }),
    );
  });

  it('is not moved on over something that is missing', () => {
    const message = { groupId, senderId: 'ada' as UserId, mentions: [], deletedAt: null };
    const outline = LogOutline.of({ lastSeq: 0, rev: 0 }, 0, []);
    expect(outline.moveOn([{ ...message, seq: 1, rev: 1 }])).toBe(true);
    expect(outline.moveOn([{ ...message, seq: 3, rev: 3 }])).toBe(false);
  });
});
