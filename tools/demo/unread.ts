import { limits } from '../../contract/limits.js';
import type { MarkerView, MessageView, MyGroupView, Page } from '../../contract/views.js';
import type { Account } from '../support/account.js';
import type { Difference } from './compare.js';

/** What the list of groups says of one. */
export type Counts = Pick<MyGroupView, 'lastReadSeq' | 'unreadCount' | 'unreadCapped' | 'mentionCount'>;

/** What was found of the read marker and what is unread. */
export interface UnreadFound {
  /** Places up to which was read, one after the other. */
  steps: number;
  differences: Difference[];
}

/** Reads up to several places of a history, and after each holds what is said to be unread to a recount. */
export async function checkUnread(
  account: Account,
  groupId: string,
  stored: readonly MessageView[],
): Promise<UnreadFound> {
  const places = [0.25, 0.5, 0.5, 0.98, 1].map((share) => Math.floor((stored.length - 1) * share));
  const differences = await compareNow(account, groupId, stored, 0);
  for (const place of places) {
    const message = stored[place];
    if (message === undefined) continue;
    const { seq } = await account.request<MarkerView>('POST', `/messages/${message.id}/read`);
    if (seq !== message.seq) differences.push(differenceAt(message.seq, `the read marker is at ${seq}`));
    differences.push(...(await compareNow(account, groupId, stored, message.seq)));
  }
  return { steps: places.length, differences };
}

/** What the list says against what follows from the history. */
export function compareCounts(
  said: Counts,
  readSeq: number,
  stored: readonly MessageView[],
  userId: string,
): Difference[] {
  const { maxCount } = limits.unread;
  const unread = stored.filter(({ seq, senderId, isDeleted }) => seq > readSeq && senderId !== userId && !isDeleted);
  const mentions = unread.filter((message) => message.mentionsEveryone || message.mentions.includes(userId));
  const expected: Counts = {
    lastReadSeq: readSeq,
    unreadCount: Math.min(unread.length, maxCount),
    unreadCapped: unread.length > maxCount,
    mentionCount: Math.min(mentions.length, maxCount),
  };
  return (Object.keys(expected) as (keyof Counts)[]).flatMap((name) =>
    said[name] === expected[name]
      ? []
      : [differenceAt(readSeq, `${name} is ${String(said[name])} instead of ${String(expected[name])}`)],
  );
}

async function compareNow(
  account: Account,
  groupId: string,
  stored: readonly MessageView[],
  readSeq: number,
): Promise<Difference[]> {
  const { items } = await account.request<Page<MyGroupView>>('GET', `/groups?limit=${limits.page.maxSize}`);
  const group = items.find(({ id }) => id === groupId);
  if (group === undefined) return [differenceAt(readSeq, 'the channel is not among the groups')];
  return compareCounts(group, readSeq, stored, account.id);
}

function differenceAt(seq: number, detail: string): Difference {
  return { copy: 'stored', kind: 'unread', line: null, seq, detail };
}
