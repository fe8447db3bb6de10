import type { Presence } from '../../client/src/index.js';
import { element } from '../shared/dom.js';
import { personAvatar, presenceWords } from './avatar.js';
import type { ChatContext } from './chat-context.js';
import { menuButton } from './controls.js';
import { attempt } from './notices.js';
import { openMenu } from './overlays.js';
import { themeButton } from './theme-button.js';

/** Who I am, how I am seen, and the way out. */
export function ownBar(context: ChatContext): HTMLElement {
  const { client, people, pictures } = context;
  const button = element('button', { type: 'button', class: 'own', 'aria-haspopup': 'true' });
  button.addEventListener('click', () => {
    openMenu(
      button,
      'My account',
      presenceButton('online', 'Online'),
      presenceButton('away', 'Away'),
      presenceButton('dnd', 'Do not disturb'),
      element('hr'),
      menuButton('leave', 'Sign out', context.signOut),
    );
  });

  function presenceButton(presence: Exclude<Presence, 'offline'>, text: string): HTMLElement {
    const choice = element('button', { type: 'button', class: 'menu-item' });
    choice.append(element('span', { class: `presence presence-${presence}` }), text);
    choice.addEventListener('click', () => void attempt(() => client.request('presence', { presence })));
    return choice;
  }
  function show(): void {
    const me = people.find(people.me.id);
    if (me === undefined) return;
    button.replaceChildren(
      personAvatar(me, pictures, { hasPresence: true }),
      element(
        'span',
        { class: 'line-text' },
        element('strong', {}, me.displayName),
        element('span', { class: 'line-about' }, me.statusText ?? presenceWords[me.presence]),
      ),
    );
  }
  people.addEventListener('change', show);
  show();

  return element('div', { class: 'own-bar' }, button, themeButton);
}
