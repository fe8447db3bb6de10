import type { ConversationView } from '../../contract/observatory.js';
import { element, setAttribute, setText } from '../shared/dom.js';
import { statusNow } from './conversation-filter.js';
import { statusWords } from './conversation-filters.js';
import { plural, titleOf } from './conversation-row.js';
import { addressOf, conversationTabs, type ConversationTab } from './route.js';
import { exactly } from './when.js';

const tabNames: Record<ConversationTab, string> = { dialogue: 'Dialogue', analytics: 'Analytics' };

/** What a conversation is, above what was said in it. */
export function conversationHead(projectNameOf: (projectId: string) => string) {
  const title = element('h2', { class: 'reading-title', id: 'reading-heading', tabindex: '-1' });
  const status = element('span', { class: 'badge' });
  const project = element('a', { class: 'quiet-link' });
  const facts = element('span', { class: 'reading-facts' });
  const tabs = conversationTabs.map((tab) => ({ tab, link: element('a', { class: 'tab' }, tabNames[tab]) }));
  const back = element('a', { class: 'button back' }, '← Back');

  return {
    element: element(
      'header',
      { class: 'reading-head' },
      element('div', { class: 'reading-line' }, back, title),
      element('p', { class: 'reading-meta' }, status, project, facts),
      element('nav', { class: 'tabs', 'aria-label': 'Views of the conversation' }, ...tabs.map(({ link }) => link)),
    ),
    focus: () => title.focus({ preventScroll: true }),
    show: (conversation: ConversationView, current: ConversationTab) => {
      const { id, projectId } = conversation;
      const now = statusNow(conversation, new Date());
      setText(title, titleOf(conversation));
      setAttribute(title, 'title', titleOf(conversation));
      setText(status, statusWords[now]);
      setAttribute(status, 'data-status', now);
      setText(project, projectNameOf(projectId));
      const projectAddress = addressOf({ view: 'project', id: projectId });
      setAttribute(project, 'href', projectAddress);
      setAttribute(back, 'href', projectAddress);
      setText(facts, factsOf(conversation));
      setAttribute(facts, 'title', `Session ${conversation.sessionId}`);
      for (const { tab, link } of tabs) {
        setAttribute(link, 'href', addressOf({ view: 'conversation', id, tab }));
        setAttribute(link, 'aria-current', tab === current ? 'page' : null);
      }
    },
  };
}

function factsOf({ startedAt, messageCount, toolCallCount, errorCount, gitBranch, version }: ConversationView): string {
  return [
    startedAt === null ? null : exactly(startedAt),
    plural(messageCount, 'message'),
    plural(toolCallCount, 'tool call'),
    errorCount === 0 ? null : plural(errorCount, 'error'),
    gitBranch === null || gitBranch === '' ? null : `⎇ ${gitBranch}`,
    version === null ? null : `Claude Code ${version}`,
  ]
    .filter((fact) => fact !== null)
    .join(' · ');
}
