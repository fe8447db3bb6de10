import type { MyGroupView } from '../../client/src/index.js';
import { element, setText } from '../shared/dom.js';
import { groupAvatar, personAvatar, presenceWords } from './avatar.js';
import type { ChatContext } from './chat-context.js';
import { iconButton, menuButton, oncePerFrame, textButton } from './controls.js';
import { withEmoji } from './emoji.js';
import { discover, newDirect, newGroup } from './group-deeds.js';
import { icon } from './icons.js';
import { jump } from './jump.js';
import { KeyedRows, type KeyedRow } from './keyed-rows.js';
import { summaryOf } from './message-row.js';
import { openMenu } from './overlays.js';
import { ownBar } from './own-bar.js';
import { groupRoute } from './route.js';
import { keepOneStop, rove } from './roving.js';
import { briefTime } from './times.js';

/** My groups and conversations, latest first, with what is unread; and the way to new ones. */
export class Sidebar {
  readonly element: HTMLElement;
  private readonly groups = new Section('Groups and channels');
  private readonly directs = new Section('Direct messages');
  private readonly empty: HTMLElement;
  private readonly watched = new Set<string>();
  private openId: string | null = null;
  readonly showSoon = oncePerFrame(() => this.show());

  constructor(private readonly context: ChatContext) {
    const add = iconButton('plus', 'New', () =>
      openMenu(
        add,
        'New',
        menuButton('message', 'Direct message', () => newDirect(context)),
        menuButton('people', 'Group', () => newGroup(context)),
        menuButton('compass', 'Join a channel', () => discover(context)),
      ),
    );
    const find = element(
      'button',
      { type: 'button', class: 'find', 'aria-keyshortcuts': 'Control+K' },
      icon('search'),
      element('span', {}, 'Jump to…'),
      element('kbd', {}, 'Ctrl K'),
    );
    find.addEventListener('click', () => jump(context));
    const join = textButton('Join a channel', () => discover(context), 'chat-button is-primary');
    this.empty = element('div', { class: 'sidebar-empty', hidden: '' }, 'You are in no conversation yet.', join);
    const lists = element('div', { class: 'sidebar-lists' }, this.empty, this.groups.element, this.directs.element);
    this.element = element(
      'nav',
      { class: 'sidebar', 'aria-label': 'Conversations' },
      element('div', { class: 'sidebar-head' }, element('span', { class: 'brand' }, 'Confab'), add),
      find,
      lists,
      ownBar(context),
    );
    rove(lists, '.entry');
    for (const source of [context.directory, context.people]) source.addEventListener('change', this.showSoon);
    context.client.on('connected', this.showSoon);
  }

  open(groupId: string | null): void {
    this.openId = groupId;
    this.show();
  }

  show(): void {
    const { directory } = this.context;
    if (!directory.isLoaded) return;
    const all = directory.list();
    this.empty.hidden = all.length > 0;
    for (const { id } of all) this.watch(id);
    this.groups.show(all.filter(({ kind }) => kind !== 'direct').map((group) => this.rowOf(group)));
    this.directs.show(all.filter(({ kind }) => kind === 'direct').map((group) => this.rowOf(group)));
    keepOneStop(this.element, '.entry');
    const unread = all.filter(({ id, muted }) => !muted && this.unreadOf(id) > 0).length;
    document.title = unread === 0 ? 'Confab' : `(${unread}) Confab`;
  }

  private watch(groupId: string): void {
    if (this.watched.has(groupId) || this.context.client.state === 'idle') return;
    this.watched.add(groupId);
    this.context.client.group(groupId).onChange(this.showSoon);
  }

  private unreadOf(groupId: string): number {
    return this.context.client.group(groupId).unread;
  }

  private rowOf(group: MyGroupView): KeyedRow {
    const { client, people, directory, pictures } = this.context;
    const { id, lastMessage, lastActivityAt, muted, kind } = group;
    const { unread, mentions, isUnreadCapped, typing } = client.group(id);
    const other = group.otherUser === null ? undefined : people.find(group.otherUser.id);
    const name = directory.titleOf(group);
    const time = briefTime(lastActivityAt, new Date());
    const isOpen = id === this.openId;
    const typer = typing[0] === undefined ? '' : `${people.nameOf(typing[0])} is typing…`;
    const preview = lastMessage === null ? '' : previewOf(group, people.me.id);
    return {
      key: id,
      parts: [name, other, time, isOpen, unread, mentions, muted, typer, preview],
      draw: (row) => {
        const badge = element('span', { class: 'badge' }, isUnreadCapped ? `${unread}+` : String(unread));
        if (mentions > 0) badge.classList.add('has-mention');
        badge.append(forReaders(' unread'));
        const mark = unread > 0 && !muted ? [badge] : muted ? [icon('bellOff'), forReaders('muted')] : [];
        const picture =
          kind === 'direct'
            ? other === undefined
              ? groupAvatar('group', name)
              : personAvatar(other, pictures, { hasPresence: true })
            : groupAvatar(kind, name);
        const link = element(
          'a',
          { class: 'entry', href: groupRoute(id) },
          picture,
          element(
            'span',
            { class: 'entry-text' },
            element(
              'span',
              { class: 'entry-line' },
              element('span', { class: 'entry-name' }, name),
              ...(other === undefined ? [] : [forReaders(presenceWords[other.presence])]),
              element('time', {}, time),
            ),
            element(
              'span',
              { class: 'entry-line' },
              element(
                'span',
                { class: typer === '' ? 'entry-preview' : 'entry-preview is-typing' },
                ...withEmoji(typer === '' ? preview : typer),
              ),
              ...mark,
            ),
          ),
        );
        if (isOpen) link.setAttribute('aria-current', 'page');
        if (unread > 0 && !muted) link.classList.add('is-unread');
        const hadFocus = row.contains(document.activeElement);
        const tabIndex = row.querySelector<HTMLElement>('.entry')?.tabIndex ?? -1;
        link.tabIndex = tabIndex;
        row.replaceChildren(link);
        if (hadFocus) link.focus();
      },
    };
  }
}

/** One of the lists, which is not shown while it is empty. */
class Section {
  private readonly list = element('ul', { class: 'entries' });
  private readonly rows = new KeyedRows(this.list);
  readonly element: HTMLElement;

  constructor(title: string) {
    const heading = element('h2', { class: 'section-title' });
    setText(heading, title);
    this.element = element('div', { class: 'section', hidden: '' }, heading, this.list);
  }

  show(rows: readonly KeyedRow[]): void {
    this.element.hidden = rows.length === 0;
    this.rows.show(rows);
  }
}

function previewOf({ lastMessage, kind }: MyGroupView, me: string): string {
  if (lastMessage === null) return '';
  const text = summaryOf(lastMessage);
  if (lastMessage.senderId === me) return `You: ${text}`;
  return kind === 'direct' ? text : `${lastMessage.sender.displayName.split(' ', 1)[0] ?? ''}: ${text}`;
}

/** What the eye sees in a colour or a shape. */
function forReaders(text: string): HTMLElement {
  return element('span', { class: 'sr-only' }, text);
}
