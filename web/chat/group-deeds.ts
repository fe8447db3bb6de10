import type {
  DiscoveredChannelView,
  GroupDetailView,
  InviteView,
  MyGroupView,
  Page,
  PublicUserView,
} from '../../client/src/index.js';
import { limits } from '../../contract/limits.js';
import { element } from '../shared/dom.js';
import { groupAvatar } from './avatar.js';
import type { ChatContext } from './chat-context.js';
import { textButton, textField } from './controls.js';
import { openDirect } from './directory.js';
import { attempt, sentenceOf, toast } from './notices.js';
import { openDialog } from './overlays.js';
import { personPicker } from './person-picker.js';

/** Asks for a name and who is to be in it, and makes a group or a channel. */
export function newGroup(context: ChatContext): void {
  const { client, directory, openGroup } = context;
  const name = textField('name', 'Name', { required: '', maxlength: String(limits.group.nameMaxLength) });
  const description = textField('description', 'What it is about (optional)', {
    maxlength: String(limits.group.descriptionMaxLength),
  });
  const isOpen = element('input', { type: 'checkbox', name: 'open' });
  const picker = personPicker(context, 'People to add (optional)', { isMany: true });
  const failure = element('p', { class: 'form-failure', role: 'alert' });
  const form = element(
    'form',
    { class: 'form' },
    name.label,
    description.label,
    element('label', { class: 'check' }, isOpen, 'A channel: everyone on this server may join'),
    picker.element,
    failure,
    element('button', { type: 'submit', class: 'chat-button is-primary' }, 'Create'),
  );
  const dialog = openDialog('New group', form);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void create();
  });
  async function create(): Promise<void> {
    try {
      const { id } = await client.api.post<GroupDetailView>('/groups', {
        kind: isOpen.checked ? 'channel' : 'group',
        name: name.input.value,
        description: description.input.value,
        memberIds: picker.chosen().map((user) => user.id),
      });
      await directory.refresh();
      dialog.close();
      openGroup(id);
    } catch (error) {
      failure.textContent = sentenceOf(error);
    }
  }
}

/** Finds somebody by name, and opens the conversation with him. */
export function newDirect(context: ChatContext): void {
  const picker = personPicker(context, 'Name or username', {
    onChosen: (user) => void start(user),
  });
  const dialog = openDialog('New direct message', picker.element);
  async function start(user: PublicUserView): Promise<void> {
    dialog.close();
    await attempt(async () => context.openGroup(await openDirect(context.client, context.directory, user.id)));
  }
}

/** Lists the channels of the server, to be joined or opened. */
export function discover(context: ChatContext): void {
  const { client, directory, openGroup } = context;
  const list = element('ul', { class: 'discovered' });
  const query = textField('q', 'Find a channel', { type: 'search' });
  const dialog = openDialog('Channels', query.label, list);
  query.input.addEventListener('input', () => void show());
  void show();

  async function show(): Promise<void> {
    const asked = query.input.value;
    await attempt(async () => {
      const found = await client.api.get<Page<DiscoveredChannelView>>(
        `/groups/discover?limit=50&q=${encodeURIComponent(asked)}`,
      );
      if (query.input.value !== asked) return;
      list.replaceChildren(...found.items.map(lineOf));
      if (found.items.length === 0) list.append(element('li', { class: 'nothing' }, 'No channel has this name.'));
    });
  }
  function lineOf({ id, name, description, memberCount, joined }: DiscoveredChannelView): HTMLElement {
    const size = memberCount === 1 ? '1 member' : `${memberCount} members`;
    const text = element(
      'span',
      { class: 'line-text' },
      element('strong', {}, name ?? ''),
      element('span', { class: 'line-about' }, description === '' ? size : `${size} · ${description}`),
    );
    const button = textButton(joined ? 'Open' : 'Join', () => void open(id, joined));
    if (!joined) button.classList.add('is-primary');
    return element('li', { class: 'line' }, groupAvatar('channel', name ?? ''), text, button);
  }
  async function open(id: string, isMine: boolean): Promise<void> {
    await attempt(async () => {
      if (!isMine) await client.api.post(`/groups/${id}/join`);
      await directory.refresh();
      dialog.close();
      openGroup(id);
    });
  }
}

export function addPeople(context: ChatContext, group: MyGroupView): void {
  const picker = personPicker(context, 'Name or username', { onChosen: (user) => void add(user) });
  const dialog = openDialog(`Add to ${context.directory.titleOf(group)}`, picker.element);
  async function add(user: PublicUserView): Promise<void> {
    if (await attempt(() => context.client.api.put(`/groups/${group.id}/members/${user.id}`, {}))) {
      dialog.close();
      toast(`${user.displayName} is a member now.`);
    }
  }
}

/** Makes a link by which anyone with an account gets into the group, and shows it. */
export async function inviteLink({ client, directory }: ChatContext, group: MyGroupView): Promise<void> {
  await attempt(async () => {
    const { code } = await client.api.post<InviteView>(`/groups/${group.id}/invites`, {});
    const link = `${location.origin}/#/invites/${code}`;
    const field = textField('link', 'Good for a week, for anyone with an account here', { readonly: '' });
    field.input.value = link;
    const copy = textButton('Copy', () => {
      field.input.select();
      // Only on https and localhost; elsewhere the text is selected now.
      navigator.clipboard.writeText(link).then(
        () => toast('Copied.'),
        () => toast('Your browser does not let the page copy: the link is selected, copy it with your keyboard.'),
      );
    });
    copy.hidden = !('clipboard' in navigator);
    copy.classList.add('is-primary');
    openDialog(`Invite to ${directory.titleOf(group)}`, field.label, copy);
    field.input.select();
  });
}

export async function toggleMute({ client, directory }: ChatContext, { id, muted }: MyGroupView): Promise<void> {
  // Until somebody ends it, which is as good as a century.
  const until = muted ? null : new Date(Date.now() + 36_500 * 86_400_000).toISOString();
  await attempt(async () => {
    await client.api.put(`/groups/${id}/mute`, { until });
    directory.change(id, (group) => ({ ...group, muted: !muted }));
  });
}

export async function leaveGroup({ client, directory }: ChatContext, group: MyGroupView): Promise<void> {
  if (!confirm(`Leave ${directory.titleOf(group)}?`)) return;
  await attempt(() => client.api.post(`/groups/${group.id}/leave`));
}
