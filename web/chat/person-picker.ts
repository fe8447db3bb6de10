import type { Page, PublicUserView } from '../../client/src/index.js';
import { element } from '../shared/dom.js';
import { personAvatar } from './avatar.js';
import type { ChatContext } from './chat-context.js';
import { textField } from './controls.js';
import { attempt } from './notices.js';
import { rove } from './roving.js';

const typingPauseMs = 150;

export interface PickerOptions {
  /** Several people can be chosen, and are kept in the picker. */
  isMany?: boolean;
  onChosen?: (user: PublicUserView) => void;
}

/** Finds people by the beginning of a name. */
export function personPicker({ client, people, pictures }: ChatContext, title: string, options: PickerOptions) {
  const chosen = new Map<string, PublicUserView>();
  const field = textField('person', title, { type: 'search' });
  const found = element('ul', { class: 'found', 'aria-label': 'People found' });
  const chips = element('div', { class: 'chips' });
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function search(): Promise<void> {
    const q = field.input.value.trim();
    if (q === '') {
      found.replaceChildren();
      return;
    }
    await attempt(async () => {
      const { items } = await client.api.get<Page<PublicUserView>>(`/users?limit=8&q=${encodeURIComponent(q)}`);
      if (field.input.value.trim() !== q) return;
      const others = items.filter(({ id }) => id !== people.me.id && !chosen.has(id));
      found.replaceChildren(...others.map(lineOf));
      if (others.length === 0) found.append(element('li', { class: 'nothing' }, 'Nobody has this name.'));
    });
  }
  function lineOf(user: PublicUserView): HTMLElement {
    people.note(user);
    const button = element(
      'button',
      { type: 'button', class: 'line' },
      personAvatar(user, pictures, { hasPresence: true }),
      element(
        'span',
        { class: 'line-text' },
        element('strong', {}, user.displayName),
        element('span', { class: 'line-about' }, `@${user.username}`),
      ),
    );
    button.addEventListener('click', () => choose(user));
    return element('li', {}, button);
  }
  function choose(user: PublicUserView): void {
    options.onChosen?.(user);
    if (options.isMany !== true) return;
    chosen.set(user.id, user);
    field.input.value = '';
    found.replaceChildren();
    field.input.focus();
    const chip = element('button', { type: 'button', class: 'chip', title: 'Take off' }, `${user.displayName} ×`);
    chip.addEventListener('click', () => {
      chosen.delete(user.id);
      chip.remove();
    });
    chips.append(chip);
  }
  field.input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void search(), typingPauseMs);
  });
  field.input.addEventListener('keydown', (event) => {
    const first = found.querySelector('button');
    if (first === null) return;
    if (event.key === 'ArrowDown') first.focus();
    else if (event.key === 'Enter') first.click();
    else return;
    event.preventDefault();
  });
  rove(found, 'button');
  return {
    element: element('div', { class: 'picker' }, field.label, chips, found),
    chosen: () => [...chosen.values()],
  };
}
