import { beforeEach, describe, expect, it } from '@jest/globals';

import { newGroupId, newMessageId, newUserId } from '../common/ids.js';
import type { MessageRecord } from './message.schema.js';
import { RecentMessagesInMemory } from './recent-messages.js';

const groupId = newGroupId();

const aMessage = (about: Pick<MessageRecord, 'seq' | 'rev'> & Partial<MessageRecord>): MessageRecord => ({
  _id: newMessageId(),
  groupId,
  revs: [about.rev],
  changeIds: [],
  senderId: newUserId(),
  clientMessageId: null,
  sendKey: null,
  content: 'text',
  replyToId: null,
  mentions: [],
  reactions: [],
  versions: [],
  createdAt: new Date(0),
  updatedAt: new Date(0),
  editedAt: null,
  deletedAt: null,
  deletedBy: null,
  erasedAt: null,
  pinnedAt: null,
  ...about,
});

describe('RecentMessages', () => {
  let recent: RecentMessagesInMemory;
  const first = aMessage({ seq: 1, rev: 1 });
  beforeEach(() => {
    recent = new RecentMessagesInMemory();
    recent.keep(groupId, { rev: 1, lastSeq: 1, messages: [first], hasOlder: false });
  });
  const shown = async (rev: number) => (await recent.find(groupId, rev))?.messages.map(({ seq, rev }) => [seq, rev]);

  it('counts how often it answered and how often it could not', async () => {
    await recent.find(groupId, 1);
    await recent.find(groupId, 1);
    await recent.find(groupId, 2);
    await recent.find(newGroupId(), 1);
    expect(recent).toMatchObject({ hits: 2, misses: 2 });
  });

  it('moves on with a new message and with a change of one that it has', async () => {
    recent.note(aMessage({ seq: 2, rev: 2 }));
    expect(await shown(2)).toEqual([
      [2, 2],
      [1, 1],
    ]);
    recent.note({ ...first, rev: 3, revs: [1, 3] });
    expect(await shown(3)).toEqual([
      [2, 2],
      [1, 3],
    ]);
  });

  it('takes no changed message for a new one, though its place would be the next', async () => {
    recent.note(aMessage({ seq: 2, rev: 2, revs: [1, 2] }));
    expect(await shown(2)).toBeUndefined();
  });

  it('gives up when a new message does not follow the last place that it knows', async () => {
    recent.note(aMessage({ seq: 3, rev: 2 }));
    expect(await shown(2)).toBeUndefined();
  });

  it('keeps what was read after a write that it hears of later', async () => {
    recent.keep(groupId, { rev: 3, lastSeq: 1, messages: [first], hasOlder: false });
    recent.note({ ...first, rev: 2, revs: [1, 2] });
    recent.note({ ...first, rev: 3, revs: [1, 2, 3] });
    expect(await shown(3)).toEqual([[1, 1]]);
  });

  it('gives up when it missed a change', async () => {
    recent.note(aMessage({ seq: 2, rev: 3 }));
    expect(await shown(3)).toBeUndefined();
  });

  it('keeps how many replies were counted until there is one more, or it has moved on meanwhile', async () => {
    const counts = new Map([[first._id, 2]]);
    recent.keepThreadCounts(groupId, 1, counts);
    recent.note(aMessage({ seq: 2, rev: 2 }));
    recent.note({ ...first, rev: 3, revs: [1, 3] });
    expect(await recent.find(groupId, 3)).toMatchObject({ threadCounts: counts });
    recent.note(aMessage({ seq: 3, rev: 4, replyToId: first._id }));
    expect((await recent.find(groupId, 4))?.threadCounts).toBeUndefined();
    recent.keepThreadCounts(groupId, 3, counts);
    expect((await recent.find(groupId, 4))?.threadCounts).toBeUndefined();
  });

  it('keeps neither former texts nor the ids of changes', async () => {
    const versions = [{ content: 'long', replacedAt: new Date(0) }];
    recent.note(aMessage({ seq: 2, rev: 2, versions, changeIds: ['one'] }));
    const [newest] = (await recent.find(groupId, 2))?.messages ?? [];
    expect(newest).toMatchObject({ seq: 2, content: 'text' });
    expect(newest).not.toHaveProperty('versions');
    expect(newest).not.toHaveProperty('changeIds');
  });
});
