import type { MessagePage, MessageView } from '../../contract/views.js';
import type { ApiClient } from './api-client.js';
import { expectStatus } from './people.js';

/** A group's whole log as REST shows it, deleted messages among it, by place. */
export async function readLog(api: ApiClient, groupId: string): Promise<MessageView[]> {
  const messages: MessageView[] = [];
  for (;;) {
    const after = messages.at(-1)?.seq ?? 0;
    const path = `/groups/${groupId}/messages?includeDeleted=true&limit=100&after=${after}`;
    const page = expectStatus(await api.get<MessagePage>(path), 200);
    messages.push(...page.items);
    if (!page.hasMore) return messages;
  }
}

/** A message without how far it has come, which only its sender is told. */
export function forAll(message: MessageView): MessageView {
  return { ...message, status: null };
}
