import type { MyGroupView } from '../../client/src/index.js';
import { count } from '../shared/format.js';
import { element, setText } from '../shared/dom.js';
import { groupAvatar, personAvatar, presenceWords } from './avatar.js';
import type { ChatContext } from './chat-context.js';
import { iconButton, menuButton } from './controls.js';
import { addPeople, inviteLink, leaveGroup, toggleMute } from './group-deeds.js';
import { openMenu } from './overlays.js';

/** Whose conversation it is, and what can be done with it as a whole. */
export function conversationHead(
  context: ChatContext,
  { id: groupId }: MyGroupView,
  openPanel: (name: 'members' | 'search') => void,
) {
  const { people, directory, pictures } = context;
  const picture = element('span', { class: 'head-picture' });
  const title = element('h2', { class: 'head-title' });
  const subtitle = element('p', { class: 'head-subtitle' });
  const back = element('a', { class: 'icon-button head-back', href: '#/', 'aria-label': 'Back to the list' });
  back.append('‹');
  const more = iconButton('more', 'More', () => {
    const group = directory.find(groupId);
    if (group !== undefined) openMenu(more, 'This conversation', ...deedsOf(group));
  });
  const members = iconButton('people', 'Members', () => openPanel('members'));

  function deedsOf(group: MyGroupView): HTMLElement[] {
    const mute = menuButton(
      group.muted ? 'bell' : 'bellOff',
      group.muted ? 'Unmute' : 'Mute',
      () => void toggleMute(context, group),
    );
    if (group.kind === 'direct') return [mute];
    const leave = menuButton('leave', 'Leave', () => void leaveGroup(context, group));
    if (group.role === 'member') return [mute, leave];
    return [
      menuButton('plus', 'Add people', () => addPeople(context, group)),
      menuButton('link', 'Invitation link', () => void inviteLink(context, group)),
      mute,
      leave,
    ];
  }

  return {
    element: element(
      'header',
      { class: 'head' },
      back,
      picture,
      element('div', { class: 'head-text' }, title, subtitle),
      iconButton('search', 'Search', () => openPanel('search')),
      members,
      more,
    ),
    show: () => {
      const group = directory.find(groupId);
      if (group === undefined) return;
      const other = group.otherUser === null ? undefined : people.find(group.otherUser.id);
      const name = directory.titleOf(group);
      setText(title, name);
      if (group.kind === 'direct') {
        if (other !== undefined) picture.replaceChildren(personAvatar(other, pictures, { hasPresence: true }));
        setText(subtitle, other === undefined ? '' : (other.statusText ?? presenceWords[other.presence]));
        members.hidden = true;
      } else {
        picture.replaceChildren(groupAvatar(group.kind, name));
        const size = group.memberCount === 1 ? '1 member' : `${count(group.memberCount)} members`;
        setText(subtitle, group.description === '' ? size : `${size} · ${group.description}`);
      }
    },
  };
}
