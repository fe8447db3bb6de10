import type { MemberRole, MemberView, MyGroupView } from '../../client/src/index.js';
import { element } from '../shared/dom.js';
import { personAvatar, presenceWords } from './avatar.js';
import type { ChatContext } from './chat-context.js';
import { iconButton, menuButton, textButton } from './controls.js';
import { listAll, openDirect } from './directory.js';
import { addPeople } from './group-deeds.js';
import { attempt } from './notices.js';
import { openMenu } from './overlays.js';

/** Of a very large group these are enough to look at; the head says how many there are. */
const maxListed = 500;

const ranks: Record<MemberRole, number> = { owner: 2, moderator: 1, member: 0 };

/** Who is in a group, with roles and who is online; and what I may do about it. */
export function membersPanel(context: ChatContext, group: MyGroupView, signal: AbortSignal): HTMLElement {
  const { client, people, pictures } = context;
  const list = element('ul', { class: 'members' });
  let members: MemberView[] = [];

  async function load(): Promise<void> {
    members = await listAll<MemberView>(client, `/groups/${group.id}/members?`, maxListed);
    for (const { user } of members) people.note(user);
    show();
  }
  function show(): void {
    const sorted = members.toSorted(
      (a, b) => orderOf(a) - orderOf(b) || a.user.displayName.localeCompare(b.user.displayName),
    );
    list.replaceChildren(...sorted.map(lineOf));
  }
  function orderOf({ user }: MemberView): number {
    return people.find(user.id)?.presence === 'offline' ? 1 : 0;
  }
  function lineOf(member: MemberView): HTMLElement {
    const person = people.find(member.user.id) ?? member.user;
    const about = person.statusText ?? presenceWords[person.presence];
    const more = iconButton('more', `More about ${person.displayName}`, () =>
      openMenu(more, person.displayName, ...deedsOf(member)),
    );
    more.hidden = deedsOf(member).length === 0;
    return element(
      'li',
      { class: 'line' },
      personAvatar(person, pictures, { hasPresence: true }),
      element(
        'span',
        { class: 'line-text' },
        element('span', { class: 'line-name' }, element('strong', {}, person.displayName), ...roleOf(member.role)),
        element('span', { class: 'line-about' }, about),
      ),
      more,
    );
  }
  function deedsOf({ user, role }: MemberView): HTMLElement[] {
    if (user.id === people.me.id) return [];
    const myRole = context.directory.find(group.id)?.role ?? 'member';
    const mayAct = myRole === 'owner' || (myRole === 'moderator' && ranks[role] < ranks[myRole]);
    const path = `/groups/${group.id}/members/${user.id}`;
    const act = (work: () => Promise<unknown>) => () => void attempt(work);
    return [
      menuButton(
        'message',
        'Direct message',
        act(async () => context.openGroup(await openDirect(client, context.directory, user.id))),
      ),
      ...(myRole === 'owner' && role === 'member'
        ? [
            menuButton(
              'people',
              'Make moderator',
              act(() => client.api.put(path, { role: 'moderator' })),
            ),
          ]
        : []),
      ...(myRole === 'owner' && role === 'moderator'
        ? [
            menuButton(
              'people',
              'Make member',
              act(() => client.api.put(path, { role: 'member' })),
            ),
          ]
        : []),
      ...(mayAct
        ? [
            menuButton(
              'trash',
              'Remove',
              act(() => client.api.delete(path)),
            ),
          ]
        : []),
    ];
  }

  const reload = () => void attempt(load);
  const offs = (['member_added', 'member_removed', 'member_updated'] as const).map((name) =>
    client.on(name, ({ groupId }) => groupId === group.id && reload()),
  );
  signal.addEventListener('abort', () => {
    for (const off of offs) off();
  });
  people.addEventListener('change', show, { signal });
  reload();
  const add = textButton('Add people', () => addPeople(context, group));
  add.hidden = group.role === 'member';
  return element('div', { class: 'panel-content' }, add, list);
}

function roleOf(role: MemberRole): HTMLElement[] {
  return role === 'member' ? [] : [element('span', { class: 'role' }, role)];
}
