import type { ConversationView } from '../../contract/observatory.js';
import { element, setAttribute, setText } from '../shared/dom.js';
import { count } from '../shared/format.js';
import { statusNow } from './conversation-filter.js';
import { statusWords } from './conversation-filters.js';
import type { ItemView } from './keyed-list.js';
import { addressOf } from './route.js';
import { exactly, when } from './when.js';

/** What a conversation is called where it has neither a summary nor a question. */
export function titleOf({ title, sessionId }: ConversationView): string {
  return title ?? `Session ${sessionId.slice(0, 8)}`;
}

/** A conversation in the list. @param projectNameOf `null` where it goes without saying */
export function conversationRow(
  { id }: ConversationView,
  projectNameOf: (conversation: ConversationView) => string | null,
): ItemView<ConversationView> {
  const sign = element('span', { class: 'status-sign', 'aria-hidden': 'true' });
  const status = element('span', { class: 'sr-only' });
  const title = element('span', { class: 'row-title' });
  const time = element('time', { class: 'row-time' });
  const facts = element('span', { class: 'row-facts' });
  const link = element(
    'a',
    { class: 'row', href: addressOf({ view: 'conversation', id, tab: 'dialogue' }), 'data-id': id },
    element('span', { class: 'row-line' }, sign, title, status, time),
    facts,
  );
  return {
    element: element('li', {}, link),
    show: (conversation) => {
      const now = new Date();
      const current = statusNow(conversation, now);
      setAttribute(link, 'data-status', current);
      setText(status, `, ${statusWords[current]}, `);
      setText(title, titleOf(conversation));
      setText(time, when(conversation.lastActivityAt, now));
      setAttribute(time, 'title', `Last activity ${exactly(conversation.lastActivityAt)}`);
      setText(facts, factsOf(conversation, projectNameOf(conversation)));
    },
  };
}

function factsOf(
  { messageCount, toolCallCount, errorCount, gitBranch }: ConversationView,
  project: string | null,
): string {
  return [
    project,
    plural(messageCount, 'message'),
    toolCallCount === 0 ? null : plural(toolCallCount, 'tool call'),
    errorCount === 0 ? null : plural(errorCount, 'error'),
    gitBranch === null || gitBranch === '' ? null : `⎇ ${gitBranch}`,
  ]
    .filter((fact) => fact !== null)
    .join(' · ');
}

/** `1 error`, `2 errors` */
export function plural(amount: number, noun: string): string {
  return `${count(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}
