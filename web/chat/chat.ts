import type { ConfabClient, GroupDetailView, OwnUserView } from '../../client/src/index.js';
import { element } from '../shared/dom.js';
import type { ChatContext } from './chat-context.js';
import { connectionBanner } from './connection-banner.js';
import { iconButton } from './controls.js';
import { Conversation } from './conversation.js';
import { Directory } from './directory.js';
import { jump } from './jump.js';
import { membersPanel } from './members-panel.js';
import { attempt, toast } from './notices.js';
import { People } from './people.js';
import { Pictures } from './pictures.js';
import { groupRoute, readRoute } from './route.js';
import { searchPanel } from './search-panel.js';
import { Sidebar } from './sidebar.js';

/** The page of somebody who is signed in: the list of conversations, and the one that the address names. */
export class Chat {
  readonly element: HTMLElement;
  private readonly context: ChatContext;
  private readonly sidebar: Sidebar;
  private readonly place = element('main', { class: 'place', 'aria-label': 'Conversation' });
  private readonly panel = element('aside', { class: 'panel', 'aria-label': 'Details', hidden: '' });
  private readonly end = new AbortController();
  private panelEnd = new AbortController();
  private conversation: Conversation | null = null;
  private openId: string | null = null;

  /** @param me the profile of who is signed in */
  constructor(client: ConfabClient, me: OwnUserView, signOut: () => void) {
    const people = new People(client, me);
    this.context = {
      client,
      people,
      directory: new Directory(client, people),
      pictures: new Pictures(client),
      drafts: new Map(),
      refused: new Map(),
      openGroup: (groupId, message) => this.open(groupId, message),
      signOut,
    };
    this.sidebar = new Sidebar(this.context);
    this.element = element(
      'div',
      { class: 'chat' },
      element('header', { class: 'sr-only' }, element('h1', {}, 'Confab')),
      connectionBanner(client),
      element('div', { class: 'columns' }, this.sidebar.element, this.place, this.panel),
    );
    this.listen();
  }

  /** When it stands on the page and the client is connected. @throws ProblemError */
  async start(): Promise<void> {
    await this.context.directory.refresh();
    this.sidebar.show();
    this.showRoute();
  }

  close(): void {
    this.end.abort();
    this.conversation?.close();
    this.closePanel();
  }

  private listen(): void {
    const { signal } = this.end;
    const { directory } = this.context;
    addEventListener('hashchange', () => this.showRoute(), { signal });
    document.addEventListener(
      'keydown',
      (event) => {
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
          event.preventDefault();
          jump(this.context);
        } else if (event.key === 'Escape' && !event.defaultPrevented && !this.panel.hidden) {
          this.closePanel();
          this.conversation?.composer.focus();
        }
      },
      { signal },
    );
    directory.addEventListener('change', () => this.noteGroups(), { signal });
  }

  /** The open group may be gone, or the one that the address names may have come. */
  private noteGroups(): void {
    const { directory } = this.context;
    const route = readRoute(location.hash);
    if (!directory.isLoaded) return;
    if (this.openId !== null && directory.find(this.openId) === undefined) {
      toast('You are no longer in this conversation.');
      location.hash = '#/';
    } else if (this.openId === null && route.kind === 'group' && directory.find(route.groupId) !== undefined) {
      this.showRoute();
    }
  }

  private open(groupId: string, message?: { seq: number }): void {
    if (location.hash !== groupRoute(groupId)) {
      history.pushState(null, '', groupRoute(groupId));
      this.showRoute();
    }
    if (message !== undefined) void attempt(async () => this.conversation?.list.goTo(message));
  }

  private showRoute(): void {
    const route = readRoute(location.hash);
    const { directory } = this.context;
    if (route.kind === 'invite') {
      void this.accept(route.code);
      return;
    }
    // On a wide screen there is always one open; a narrow one begins with the list.
    const first = matchMedia('(min-width: 700px)').matches ? directory.list()[0]?.id : undefined;
    const wanted = route.kind === 'group' ? route.groupId : first;
    if (wanted === this.openId && this.conversation !== null) return;
    this.show(wanted ?? null);
  }

  private show(groupId: string | null): void {
    this.conversation?.close();
    this.closePanel();
    this.conversation = null;
    this.openId = groupId;
    const group = groupId === null ? undefined : this.context.directory.find(groupId);
    this.sidebar.open(groupId);
    this.element.classList.toggle('has-conversation', groupId !== null);
    if (group === undefined) {
      this.openId = null;
      this.place.replaceChildren(nothingOpen(groupId !== null));
      return;
    }
    this.conversation = new Conversation(this.context, group, (name) => this.togglePanel(name));
    this.place.replaceChildren(this.conversation.element);
    this.conversation.start();
  }

  private togglePanel(name: 'members' | 'search'): void {
    const group = this.openId === null ? undefined : this.context.directory.find(this.openId);
    const isOpen = this.panel.dataset['name'] === name && !this.panel.hidden;
    this.closePanel();
    if (isOpen || group === undefined) return;
    const content =
      name === 'members' ? membersPanel(this.context, group, this.panelEnd.signal) : searchPanel(this.context, group);
    this.panel.dataset['name'] = name;
    this.panel.replaceChildren(
      element(
        'div',
        { class: 'panel-head' },
        element('h2', {}, name === 'members' ? 'Members' : 'Search'),
        iconButton('close', 'Close', () => this.closePanel()),
      ),
      content,
    );
    this.panel.hidden = false;
    this.panel.querySelector<HTMLElement>('input, .chat-button:not([hidden])')?.focus();
  }

  private closePanel(): void {
    this.panelEnd.abort();
    this.panelEnd = new AbortController();
    this.panel.hidden = true;
    this.panel.replaceChildren();
  }

  private async accept(code: string): Promise<void> {
    const { client, directory } = this.context;
    history.replaceState(null, '', '#/');
    await attempt(async () => {
      const { id } = await client.api.post<GroupDetailView>(`/invites/${code}/accept`);
      await directory.refresh();
      this.open(id);
    });
    if (this.conversation === null) this.showRoute();
  }
}

function nothingOpen(isMissing: boolean): HTMLElement {
  const text = isMissing ? 'This conversation is not among yours.' : 'Choose a conversation, or begin a new one.';
  return element('div', { class: 'nothing-open' }, element('p', {}, text));
}
