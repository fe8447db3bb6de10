import type { FoundMessageView, MyGroupView, Page } from '../../client/src/index.js';
import { limits } from '../../contract/limits.js';
import { element, setText } from '../shared/dom.js';
import type { ChatContext } from './chat-context.js';
import { textField } from './controls.js';
import { withEmoji } from './emoji.js';
import { sentenceOf } from './notices.js';
import { rove } from './roving.js';
import { briefTime } from './times.js';

const typingPauseMs = 250;

/** Finds messages, here or in all my groups; a hit leads to its place in the conversation. */
export function searchPanel(context: ChatContext, group: MyGroupView): HTMLElement {
  const { client, directory } = context;
  const field = textField('q', 'Words to find', { type: 'search', maxlength: String(limits.search.maxLength) });
  const everywhere = element('input', { type: 'checkbox', name: 'everywhere' });
  const state = element('p', { class: 'nothing', role: 'status' });
  const hits = element('ul', { class: 'hits', 'aria-label': 'Messages found' });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;

  async function search(): Promise<void> {
    asked += 1;
    const mine = asked;
    const q = field.input.value.trim();
    hits.replaceChildren();
    if (q.length < limits.search.minWordLength) {
      setText(state, q === '' ? '' : `At least ${limits.search.minWordLength} letters, please.`);
      return;
    }
    const query = new URLSearchParams({ q, limit: '30', ...(!everywhere.checked && { groupId: group.id }) });
    try {
      const { items } = await client.api.get<Page<FoundMessageView>>(`/search/messages?${query.toString()}`);
      // Somebody has typed on meanwhile.
      if (mine !== asked) return;
      setText(state, items.length === 0 ? 'Nothing was found.' : `${items.length} found`);
      hits.replaceChildren(...items.map(hitOf));
    } catch (error) {
      setText(state, sentenceOf(error));
    }
  }
  function hitOf({ message, snippet }: FoundMessageView): HTMLElement {
    const where = directory.find(message.groupId);
    const name = message.sender.displayName;
    const from = everywhere.checked && where !== undefined ? `${name} in ${directory.titleOf(where)}` : name;
    const button = element(
      'button',
      { type: 'button', class: 'hit' },
      element(
        'span',
        { class: 'entry-line' },
        element('strong', {}, from),
        element('time', {}, briefTime(message.createdAt, new Date())),
      ),
      element(
        'span',
        { class: 'hit-text' },
        ...snippet.flatMap(({ text, isMatch }) => (isMatch ? [element('mark', {}, text)] : withEmoji(text))),
      ),
    );
    button.addEventListener('click', () => context.openGroup(message.groupId, message));
    return element('li', {}, button);
  }

  const searchSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void search(), typingPauseMs);
  };
  field.input.addEventListener('input', searchSoon);
  everywhere.addEventListener('change', searchSoon);
  field.input.addEventListener('keydown', ({ key }) => {
    if (key === 'ArrowDown') hits.querySelector('button')?.focus();
  });
  rove(hits, '.hit');
  return element(
    'div',
    { class: 'panel-content', role: 'search' },
    field.label,
    element('label', { class: 'check' }, everywhere, 'In all conversations'),
    state,
    hits,
  );
}
