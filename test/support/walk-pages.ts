import type { Page } from '../../contract/views.js';
import type { ApiClient } from './api-client.js';
import { expectStatus } from './people.js';

/**
 * Follows a list by its cursors to the end.
 *
 * @param path with a query, such as `/groups?limit=2`
 * @param between called after each page but the last, before the next is asked for
 */
export async function walkPages<Item>(
  api: ApiClient,
  path: string,
  between: (pageNumber: number) => Promise<void> | void = () => undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  let next = path;
  for (let pageNumber = 1; ; pageNumber += 1) {
    const page = expectStatus(await api.get<Page<Item>>(next), 200);
    items.push(...page.items);
    if (page.hasMore !== (page.nextCursor !== null)) throw new Error('hasMore and nextCursor contradict each other');
    if (page.nextCursor === null) return items;
    await between(pageNumber);
    next = `${path}&cursor=${encodeURIComponent(page.nextCursor)}`;
  }
}
