import { isDeepStrictEqual } from 'node:util';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { MessageView, ReactionView } from '../../contract/views.js';
import { GroupLogFixture, type LogStep } from './group-log.fixture.js';
import { GroupView, type AppliedChange } from './group-view.js';

const me = 'me';
const users = [me, 'ada', 'bob'] as const;

// Mostly the same few messages: what happens to one message is what the fold is about.
const target = fc.oneof(fc.nat(4), fc.nat(30));
const by = fc.constantFrom(...users);
const logStep: fc.Arbitrary<LogStep> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('create' as const),
      by,
      mentions: fc.subarray([...users]),
      replyTo: fc.option(target),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('edit' as const), target }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), target }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restore' as const), target }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pin' as const), target, by }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('react' as const), target, by, emoji: fc.constantFrom('+1', 'heart') }),
  },
);

/**
 * What the network and the user do to a view, in any order. Places in the log are counted from where the view is
 * complete: 1 is the next change. Requests (`sync`, `standing`, `older`) are answered as of `answered`, and the live
 * changes of `meanwhile` arrive before their answer.
 */
type Happening =
  | { what: 'live'; place: number }
  | { what: 'read'; seq: number; isConfirmed: boolean }
  | { what: 'sync' | 'standing' | 'older'; answered: number; meanwhile: number[]; count: number };

const place = fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.integer({ min: -2, max: 4 }));
const meanwhile = fc.array(place, { maxLength: 6 });
const request = <What extends 'sync' | 'standing' | 'older'>(what: What) =>
  fc.record({ what: fc.constant(what), answered: fc.nat(6), meanwhile, count: fc.integer({ min: 1, max: 8 }) });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ what: fc.constant('live' as const), place }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('read' as const), seq: fc.nat(30), isConfirmed: fc.boolean() }),
  },
  { weight: 1, arbitrary: request('sync') },
  { weight: 2, arbitrary: request('standing') },
  { weight: 2, arbitrary: request('older') },
);

/** A view on a log, and everything that it said of it. */
class Observer {
  readonly view: GroupView;
  readonly applied: AppliedChange[] = [];
  private confirmedSeq = 0;

  constructor(
    readonly log: GroupLogFixture,
    readonly startRev: number,
    keep: number,
  ) {
    this.view = new GroupView(log.standingAt(startRev, 0), me);
    this.view.keepAtLeast(keep);
  }

  run(one: Happening): void {
    if (one.what === 'live') {
      this.live(one.place);
    } else if (one.what === 'read') {
      const seq = Math.min(one.seq, this.view.lastSeq);
      this.view.count.moveMarker(seq);
      if (one.isConfirmed) this.confirmedSeq = Math.max(this.confirmedSeq, seq);
    } else {
      this.request(one);
    }
  }

  /** Everything that a client does until it lacks nothing. */
  complete(): void {
    const { rev } = this.log;
    this.applied.push(...this.view.catchUp(this.log.changesSince(this.view.rev, rev), rev));
    this.confirmedSeq = this.view.count.readSeq;
    this.view.meet(this.log.standingAt(rev, this.confirmedSeq));
    for (const message of this.log.messagesAt(rev)) this.view.window.refine(message);
  }

  /** What the window should show now: a page that is newer than the log is complete brings newer messages. */
  get expectedWindow(): MessageView[] {
    const { messages, firstSeq } = this.view.window;
    const known = this.log.messagesAt(this.view.rev).slice(firstSeq - 1);
    const expectedMessages = known.map((message, index) => {
      const shown = messages[index];
      if (shown === undefined) return message;
      const expected = shown.rev > message.rev ? (this.log.messagesAt(shown.rev)[shown.seq - 1] ?? message) : message;
      return { ...expected, reactions: whereKnown(expected.reactions, shown) };
    });
    // Replies are counted as the window shows them.
    const countOf = ({ id }: MessageView) =>
      expectedMessages.filter(({ replyToId, isDeleted }) => replyToId === id && !isDeleted).length;
    return expectedMessages.map((message) => ({ ...message, threadCount: countOf(message) }));
  }

  get expectedCount(): { unread: number; mentions: number } {
    const { unreadCount, mentionCount } = this.log.standingAt(this.view.rev, this.view.count.readSeq);
    return { unread: unreadCount, mentions: mentionCount };
  }

  get isAheadInPlaces(): boolean {
    return this.view.window.messages.some(({ rev }) => rev > this.view.rev);
  }

  private live(place: number): void {
    const change = this.log.live[this.view.rev + place - 1];
    if (change !== undefined) this.applied.push(...this.view.offer(change));
  }

  private request({ what, answered, meanwhile, count }: Extract<Happening, { count: number }>): void {
    const from = this.view.rev;
    const rev = Math.min(this.log.rev, from + answered);
    const standing = this.log.standingAt(rev, this.confirmedSeq);
    const page = this.log.pageAt(rev, this.view.window.firstSeq, count);
    this.view.hold();
    for (const each of meanwhile) this.live(each);
    if (what === 'sync') this.applied.push(...this.view.catchUp(this.log.changesSince(from, rev).reverse(), rev));
    else if (what === 'standing') this.view.meet(standing);
    else this.view.addOlder(page);
    this.view.release();
  }
}

/** A message that came back from deletion does not say which of its reactions are mine, until it is asked for. */
function whereKnown(reactions: readonly ReactionView[], shown: MessageView): ReactionView[] {
  return reactions.map((reaction) => {
    const isUnknown = shown.reactions.some(({ emoji, mine }) => emoji === reaction.emoji && mine === null);
    return isUnknown ? { ...reaction, mine: null } : reaction;
  });
}

const scenario = fc
  .record({
    steps: fc.array(logStep, { minLength: 20, maxLength: 60, size: 'max' }),
    start: fc.nat(25),
    keep: fc.constantFrom(0, 5, 100),
    happenings: fc.array(happening, { maxLength: 60, size: 'max' }),
  })
  .map(({ steps, start, keep, happenings }) => {
    const log = new GroupLogFixture(me, steps);
    return { happenings, observer: new Observer(log, Math.min(start, log.rev), keep) };
  });

const often = { numRuns: 200 };

describe('GroupView', () => {
  it('shows at every moment what the log was at its rev, whatever is lost, doubled, late or reordered', () => {
    fc.assert(
      fc.property(scenario, ({ observer, happenings }) => {
        const { view, log } = observer;
        for (const one of happenings) {
          observer.run(one);
          expect(view.lastSeq).toBe(log.lastSeqAt(view.rev));
          // `toEqual` at each step would take most of the test's time.
          if (!isDeepStrictEqual(view.window.messages, observer.expectedWindow)) {
            expect(view.window.messages).toEqual(observer.expectedWindow);
          }
        }
        observer.complete();
        expect(view.rev).toBe(log.rev);
        expect(view.hasHole).toBe(false);
        expect(view.window.messages).toEqual(log.messagesAt(log.rev).slice(view.window.firstSeq - 1));
      }),
      often,
    );
  });

  it('counts exactly whenever it says so', () => {
    fc.assert(
      fc.property(scenario, ({ observer, happenings }) => {
        const { view } = observer;
        for (const one of happenings) {
          observer.run(one);
          // What a newer page shows is counted as it shows it.
          if (!view.count.isExact || observer.isAheadInPlaces) continue;
          expect({ unread: view.count.unread, mentions: view.count.mentions }).toEqual(observer.expectedCount);
        }
        observer.complete();
        expect(view.count.isExact).toBe(true);
        expect({ unread: view.count.unread, mentions: view.count.mentions }).toEqual(observer.expectedCount);
      }),
      often,
    );
  });

  it('tells of each new message once, and of changes in the order of the log', () => {
    fc.assert(
      fc.property(scenario, ({ observer, happenings }) => {
        for (const one of happenings) observer.run(one);
        observer.complete();
        const { log, startRev } = observer;
        const created = observer.applied.filter(({ isNew }) => isNew).map(({ change }) => change.seq);
        const first = log.lastSeqAt(startRev) + 1;
        const expected = Array.from({ length: log.lastSeqAt(log.rev) - first + 1 }, (_, index) => first + index);
        expect(created.toSorted((a, b) => a - b)).toEqual(expected);
        const revs = observer.applied.map(({ change }) => change.rev);
        expect(revs).toEqual(revs.toSorted((a, b) => a - b));
        expect(new Set(revs).size).toBe(revs.length);
      }),
      often,
    );
  });

  describe('when it has to ask the server for the count', () => {
    const create: LogStep = { do: 'create', by: 'ada', mentions: [] };

    it('counts a standing that is ahead of the log as soon as live changes have come that far', () => {
      const log = new GroupLogFixture(me, [create, create, create, { do: 'delete', target: 0 }, create, create]);
      const view = new GroupView(log.standingAt(3, 0), me);
      view.offer(log.live[3]!);
      expect(view.wantsStanding).toBe(true);
      view.meet(log.standingAt(6, 0));
      expect([view.wantsStanding, view.hasHole]).toEqual([false, true]);
      view.offer(log.live[4]!);
      expect(view.count.isExact).toBe(false);
      view.offer(log.live[5]!);
      expect([view.count.isExact, view.count.unread]).toEqual([true, 4]);
    });

    it('counts what came after the standing on top of it', () => {
      const log = new GroupLogFixture(me, [create, create, create]);
      const view = new GroupView(log.standingAt(2, 0), me);
      view.keepAtLeast(10);
      view.hold();
      view.offer(log.live[2]!);
      view.count.doubt();
      view.meet(log.standingAt(2, 0));
      view.release();
      expect([view.count.isExact, view.count.unread]).toEqual([true, 3]);
    });

    it('asks again when a message has changed since, so that it cannot tell what the standing counted', () => {
      const log = new GroupLogFixture(me, [create, create, create, { do: 'delete', target: 2 }]);
      const view = new GroupView(log.standingAt(2, 0), me);
      view.keepAtLeast(10);
      view.offer(log.live[2]!);
      view.hold();
      view.offer(log.live[3]!);
      view.meet(log.standingAt(3, 0));
      view.release();
      expect(view.wantsStanding).toBe(true);
      view.meet(log.standingAt(4, 0));
      expect([view.count.isExact, view.count.unread]).toEqual([true, 2]);
    });
  });
});
