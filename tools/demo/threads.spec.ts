import { describe, expect, it } from '@jest/globals';

import type { MessageView } from '../../contract/views.js';
import { compareThread, compareThreadCounts } from './threads.js';
import { compareCounts, type Counts } from './unread.js';

/** Six messages by others and by me in turns; the third and the fifth answer the first. */
function aHistory(): MessageView[] {
  const messages = Array.from({ length: 6 }, (_, index) => ({
    id: `message-${index + 1}`,
    seq: index + 1,
    senderId: index % 2 === 0 ? 'ada' : 'me',
    replyToId: index === 2 || index === 4 ? 'message-1' : null,
    threadCount: index === 0 ? 2 : 0,
    isDeleted: false,
    mentions: index === 4 ? ['me'] : [],
    mentionsEveryone: false,
  }));
  return messages as unknown as MessageView[];
}

describe('compareThreadCounts', () => {
  it('finds nothing where each message has as many replies as it says', () => {
    expect(compareThreadCounts(aHistory())).toEqual([]);
  });

  it.each([1, 3, null])('finds a number that is not right: %j', (threadCount) => {
    const history = aHistory();
    history[0]!.threadCount = threadCount;
    expect(compareThreadCounts(history)).toMatchObject([{ kind: 'thread', seq: 1 }]);
  });

  it('finds a reply that is not counted', () => {
    const history = aHistory();
    history[5]!.replyToId = 'message-2';
    expect(compareThreadCounts(history)).toMatchObject([{ kind: 'thread', seq: 2 }]);
  });
});

describe('compareThread', () => {
  it('finds a reply that is missing, one too many, and another order', () => {
    const [root, , first, , second, other] = aHistory() as [MessageView, ...MessageView[]] & MessageView[];
    const expected = [first!, second!];
    expect(compareThread(root, expected, [first!, second!])).toBeNull();
    for (const thread of [[first!], [second!, first!], [first!, second!, other!], []]) {
      expect(compareThread(root, expected, thread)).toMatchObject({ kind: 'thread', seq: 1 });
    }
  });
});

describe('compareCounts', () => {
  const said: Counts = { lastReadSeq: 2, unreadCount: 2, unreadCapped: false, mentionCount: 1 };

  it('finds nothing where the list says what follows from the history', () => {
    expect(compareCounts(said, 2, aHistory(), 'me')).toEqual([]);
  });

  it.each<Partial<Counts>>([{ lastReadSeq: 3 }, { unreadCount: 3 }, { unreadCapped: true }, { mentionCount: 0 }])(
    'finds what the list says otherwise: %j',
    (wrong) => {
      expect(compareCounts({ ...said, ...wrong }, 2, aHistory(), 'me')).toMatchObject([{ kind: 'unread', seq: 2 }]);
    },
  );

  it('counts up to 999, and says that there is more', () => {
    const [one] = aHistory();
    const history = Array.from({ length: 1200 }, (_, index) => ({ ...one!, seq: index + 1 }));
    const capped = { lastReadSeq: 0, unreadCount: 999, unreadCapped: true, mentionCount: 0 };
    expect(compareCounts(capped, 0, history, 'me')).toEqual([]);
  });
});
