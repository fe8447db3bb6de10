import { describe, expect, it } from '@jest/globals';

import type { MessageView } from '../../../contract/views.js';
import { checkHistory, type Breach } from './check-history.js';
import type { FinalGroup, HistoryEntry } from './history.js';

const [ada, bob] = ['ada', 'bob'];
const groupId = 'group';

function aMessage(seq: number, about: Partial<MessageView> = {}): MessageView {
  const message = { id: `m${seq}`, groupId, seq, rev: seq, senderId: ada, content: `text ${seq}`, isDeleted: false };
  return { ...message, isEdited: false, clientMessageId: `c${seq}`, ...about } as MessageView;
}

/** Ada sends three messages; Bob's client receives them. */
function aGoodHistory(): { entries: HistoryEntry[]; group: FinalGroup } {
  const log = [1, 2, 3].map((seq) => aMessage(seq));
  const entries = log.flatMap((message): HistoryEntry[] => {
    const { id: messageId, seq, rev, content } = message;
    const clientMessageId = `c${seq}`;
    return [
      { kind: 'send', userId: ada, groupId, clientMessageId, content: content ?? '' },
      { kind: 'received', userId: bob, clientId: 'bobs', groupId, messageId, seq, rev },
      { kind: 'sent', userId: ada, clientMessageId, message },
    ];
  });
  const unread = [
    { userId: ada, lastReadSeq: 0, unreadCount: 0 },
    { userId: bob, lastReadSeq: 1, unreadCount: 2 },
  ];
  return { entries, group: { groupId, log, views: new Map([['bobs', log]]), unread } };
}

function promisesBroken(entries: readonly HistoryEntry[], group: FinalGroup): Breach['promise'][] {
  return [...new Set(checkHistory(entries, [group]).map(({ promise }) => promise))];
}

describe('checkHistory', () => {
  it('finds nothing in a good history', () => {
    const { entries, group } = aGoodHistory();
    expect(checkHistory(entries, [group])).toEqual([]);
  });

  it('finds nothing where a send that was never answered is not stored', () => {
    const { entries, group } = aGoodHistory();
    entries.push({ kind: 'send', userId: ada, groupId, clientMessageId: 'c4', content: 'x' });
    expect(checkHistory(entries, [group])).toEqual([]);
  });

  it('finds a message that was acknowledged and is gone', () => {
    const { entries, group } = aGoodHistory();
    const log = group.log.slice(0, 2);
    const rest = { log, views: new Map([['bobs', log]]), unread: [] };
    expect(promisesBroken(entries, { ...group, ...rest })).toContain('nothing acknowledged is lost');
  });

  it('finds a message that was acknowledged with another text', () => {
    const { entries, group } = aGoodHistory();
    entries.push({ kind: 'sent', userId: ada, clientMessageId: 'c1', message: aMessage(1, { content: 'other' }) });
    expect(promisesBroken(entries, group)).toEqual(['nothing acknowledged is lost']);
  });

  it('finds a message that is there twice', () => {
    const { entries, group } = aGoodHistory();
    const log = [...group.log, aMessage(4, { clientMessageId: 'c1' })];
    expect(promisesBroken(entries, { ...group, log, views: new Map(), unread: [] })).toEqual(['nothing is doubled']);
  });

  it('finds a gap', () => {
    const { entries, group } = aGoodHistory();
    const log = [...group.log, aMessage(5)];
    expect(promisesBroken(entries, { ...group, log, views: new Map(), unread: [] })).toEqual(['one order']);
  });

  it('finds two places that were received the other way round', () => {
    const { entries, group } = aGoodHistory();
    const swapped = entries.map((entry) =>
      entry.kind === 'received' && entry.seq < 3 ? { ...entry, seq: 3 - entry.seq } : entry,
    );
    expect(promisesBroken(swapped, group)).toEqual(['one order']);
  });

  it('finds a client that lacks a message', () => {
    const { entries, group } = aGoodHistory();
    const views = new Map([['bobs', [group.log[0]!, group.log[2]!]]]);
    expect(promisesBroken(entries, { ...group, views })).toEqual(['complete catch-up']);
  });

  it('finds a client with an old state of a message', () => {
    const { entries, group } = aGoodHistory();
    const log = group.log.map((message) => (message.seq === 2 ? { ...message, rev: 4, content: 'edited' } : message));
    entries.splice(0, entries.length, ...entries.filter(({ kind }) => kind !== 'sent'));
    expect(promisesBroken(entries, { ...group, log })).toEqual(['complete catch-up']);
  });

  it('finds what reached someone who was removed before it was sent', () => {
    const { entries, group } = aGoodHistory();
    entries.splice(3, 0, { kind: 'removed', userId: bob, groupId });
    expect(promisesBroken(entries, group)).toEqual(['no one else']);
  });

  it('lets pass what was sent before the removal and arrives behind it, and what is sent once he is back', () => {
    const { entries, group } = aGoodHistory();
    entries.splice(4, 0, { kind: 'removed', userId: bob, groupId });
    entries.splice(6, 0, { kind: 'readmitted', userId: bob, groupId });
    expect(checkHistory(entries, [group])).toEqual([]);
  });

  it('finds a count that is wrong', () => {
    const { entries, group } = aGoodHistory();
    const unread = [{ userId: bob, lastReadSeq: 1, unreadCount: 3 }];
    expect(promisesBroken(entries, { ...group, unread })).toEqual(['counters are exact']);
  });
});
