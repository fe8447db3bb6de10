import { limits } from '../../contract/limits.js';
import type { MessageView, Page } from '../../contract/views.js';
import type { Account } from '../support/account.js';
import type { Difference } from './compare.js';

/** So many threads are read whole, the longest ones; of the others only the number of replies is looked at. */
const threadsRead = 20;

/** What the log's replies have become. */
export interface ThreadsFound {
  /** Messages with a reply. */
  roots: number;
  /** Threads that were read over REST, whole. */
  read: number;
  differences: Difference[];
}

/** Reads the longest threads, and holds them and every number of replies to a recount. */
export async function checkThreads(account: Account, stored: readonly MessageView[]): Promise<ThreadsFound> {
  const replies = Map.groupBy(stored, ({ replyToId }) => replyToId);
  const roots = stored
    .map((root) => ({ root, expected: replies.get(root.id) ?? [] }))
    .filter(({ expected }) => expected.length > 0)
    .sort((one, other) => other.expected.length - one.expected.length || one.root.seq - other.root.seq);
  const differences = compareThreadCounts(stored);
  const longest = roots.slice(0, threadsRead);
  for (const { root, expected } of longest) {
    const difference = compareThread(root, expected, await readThread(account, root.id));
    if (difference !== null) differences.push(difference);
  }
  return { roots: roots.length, read: longest.length, differences };
}

/** The number of replies that each message of a history is said to have, against those that are in it. */
export function compareThreadCounts(stored: readonly MessageView[]): Difference[] {
  const replies = Map.groupBy(stored, ({ replyToId }) => replyToId);
  return stored.flatMap((message) => {
    const count = replies.get(message.id)?.length ?? 0;
    if (message.threadCount === count) return [];
    return [differenceIn(message, `${String(message.threadCount)} replies instead of ${count}`)];
  });
}

/** A thread as it was read, against the replies of the history; `null` when they are the same. */
export function compareThread(
  root: MessageView,
  expected: readonly MessageView[],
  thread: readonly MessageView[],
): Difference | null {
  const [is, shouldBe] = [thread, expected].map((messages) => messages.map(({ seq }) => seq).join(', '));
  return is === shouldBe ? null : differenceIn(root, `its thread is ${is ?? ''} instead of ${shouldBe ?? ''}`);
}

async function readThread(account: Account, id: string): Promise<MessageView[]> {
  const thread: MessageView[] = [];
  let place = '';
  for (;;) {
    const path = `/messages/${id}/thread?limit=${limits.page.maxSize}${place}`;
    const { items, nextCursor } = await account.request<Page<MessageView>>('GET', path);
    thread.push(...items);
    if (nextCursor === null) return thread;
    place = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
}

function differenceIn({ seq }: MessageView, detail: string): Difference {
  return { copy: 'stored', kind: 'thread', line: null, seq, detail };
}
