import type { Inspector } from './inspector.js';

export interface Account {
  readonly id: string;
  token: string;
}

export type Side = 'confab' | 'baseline';

/** A server that is measured, ours or a baseline, and how its people and groups are made. */
export interface Target {
  readonly side: Side;
  readonly url: string;
  readonly pid: number;
  /** Of our server, when it was started with one. */
  readonly inspector: Inspector | null;
  /** Before the paths of the REST API. */
  readonly prefix: string;
  people(count: number): Promise<Account[]>;
  /** A group of these people, who connect afterwards. @returns its id */
  group(members: readonly Account[]): Promise<string>;
}

/** Does something for each of many, a few at a time. */
export async function forEachOf<Item>(
  items: readonly Item[],
  action: (item: Item, index: number) => Promise<void>,
  atOnce = 16,
): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) await action(items[index] as Item, index);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** A request while a benchmark is prepared. @throws Error when the answer is not a success */
export async function api<Body>(
  target: Target,
  method: string,
  path: string,
  token: string | null,
  body?: unknown,
): Promise<Body> {
  const response = await fetch(`${target.url}${target.prefix}${path}`, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
  return (text === '' ? null : JSON.parse(text)) as Body;
}

/** Posts messages into a group, so that it has a history. */
export async function fill(target: Target, account: Account, groupId: string, count: number): Promise<void> {
  const contents = Array.from({ length: count }, (_, index) => `message ${index}`.padEnd(100, ' x'));
  await forEachOf(contents, async (content) => {
    await api(target, 'POST', `/groups/${groupId}/messages`, account.token, { content: content.trim() });
  });
}
