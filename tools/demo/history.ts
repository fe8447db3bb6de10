import { limits } from '../../contract/limits.js';
import type { MessagePage, MessageView } from '../../contract/views.js';
import type { Account } from '../support/account.js';

const limit = limits.page.maxSize;

/** The whole history of a group, page by page from the newest, given back oldest first. */
export async function readHistory(account: Account, groupId: string): Promise<MessageView[]> {
  const newestFirst: MessageView[] = [];
  let cursor: string | null = null;
  do {
    const place: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: MessagePage = await account.request('GET', `/groups/${groupId}/messages?limit=${limit}${place}`);
    newestFirst.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return newestFirst.reverse();
}

/** The messages with a place above `after`, up to and with `upTo`, oldest first. */
export async function readAfter(
  account: Account,
  groupId: string,
  after: number,
  upTo: number,
): Promise<MessageView[]> {
  const messages: MessageView[] = [];
  let last = after;
  while (last < upTo) {
    const page = await account.request<MessagePage>('GET', `/groups/${groupId}/messages?limit=${limit}&after=${last}`);
    messages.push(...page.items.filter(({ seq }) => seq <= upTo));
    const end = page.items.at(-1)?.seq;
    // A hole in the history is for the comparison to find.
    if (end === undefined) break;
    last = end;
  }
  return messages;
}
