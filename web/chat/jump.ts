import { element } from '../shared/dom.js';
import { groupAvatar, personAvatar } from './avatar.js';
import type { ChatContext } from './chat-context.js';
import { textField } from './controls.js';
import { openDialog } from './overlays.js';
import { rove } from './roving.js';

const maxShown = 8;

/** Ctrl+K: goes to a group or a person by a part of the name. */
export function jump({ directory, people, pictures, openGroup }: ChatContext): void {
  // Once is enough.
  if (document.querySelector('dialog[open]') !== null) return;
  const field = textField('jump', 'Name of a group or a person', { type: 'search' });
  const found = element('ul', { class: 'found', 'aria-label': 'Found' });
  const dialog = openDialog('Jump to', element('div', { class: 'picker' }, field.label, found));
  const groups = directory.list().map((group) => ({ group, name: directory.titleOf(group) }));

  function show(): void {
    const wanted = field.input.value.trim().toLowerCase();
    const fitting = groups.filter(({ name }) => name.toLowerCase().includes(wanted)).slice(0, maxShown);
    found.replaceChildren(
      ...fitting.map(({ group, name }) => {
        const { otherUser, kind } = group;
        const person = otherUser === null ? undefined : people.find(otherUser.id);
        const picture =
          person === undefined
            ? groupAvatar(kind === 'channel' ? 'channel' : 'group', name)
            : personAvatar(person, pictures, { hasPresence: true });
        const button = element('button', { type: 'button', class: 'line' }, picture, element('strong', {}, name));
        button.addEventListener('click', () => {
          dialog.close();
          openGroup(group.id);
        });
        return element('li', {}, button);
      }),
    );
    if (fitting.length === 0) found.append(element('li', { class: 'nothing' }, 'Nothing has this name.'));
  }
  field.input.addEventListener('input', show);
  field.input.addEventListener('keydown', (event) => {
    const first = found.querySelector('button');
    if (first === null) return;
    if (event.key === 'ArrowDown') first.focus();
    else if (event.key === 'Enter') first.click();
    else return;
    event.preventDefault();
  });
  rove(found, 'button');
  show();
}
