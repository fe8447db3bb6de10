import type { BroadcastPayload } from '../../contract/observatory.js';
import { element, setAttribute } from '../shared/dom.js';
import { apiPrefixOfPage } from '../shared/api-prefix.js';
import type { PageSession } from '../shared/page-session.js';
import { explain } from '../shared/request-json.js';
import { ConversationsPane } from './conversations-pane.js';
import { titleOf } from './conversation-row.js';
import { Feed } from './feed.js';
import { Live } from './live.js';
import { ObservatoryApi } from './observatory-api.js';
import { ProjectsPane } from './projects-pane.js';
import { ReadingPane } from './reading-pane.js';
import { addressOf, parseRoute, type Route } from './route.js';
import { topBar } from './top-bar.js';

/** What says how long ago is shown anew so often; so is who has fallen silent. */
const timeStepMs = 10_000;
/** The numbers of the status change with each line; they are asked for no more often than this. */
const statusPauseMs = 1_000;

/** The three parts of the page, and what goes between them. */
export class Observatory {
  readonly element: HTMLElement;
  private readonly api: ObservatoryApi;
  private readonly live: Live;
  private readonly bar;
  private readonly projects: ProjectsPane;
  private readonly conversations: ConversationsPane;
  private readonly feed: Feed;
  private readonly reading: ReadingPane;
  private readonly ending = new AbortController();
  private readonly titles = new Map<string, string>();
  private route: Route = { view: 'overview' };
  private isAdmin = false;
  private statusTimer: ReturnType<typeof setTimeout> | undefined;
  private clock: ReturnType<typeof setInterval> | undefined;

  constructor(session: PageSession, theme: HTMLElement) {
    this.api = new ObservatoryApi(session);
    const projectNameOf = (id: string): string => this.projects.find(id)?.name ?? '…';
    this.projects = new ProjectsPane(this.api, () => this.showProjects());
    this.conversations = new ConversationsPane({ api: this.api, projectNameOf });
    this.feed = new Feed((id) => this.titles.get(id) ?? '');
    this.reading = new ReadingPane({
      api: this.api,
      projectNameOf,
      findProject: (id) => this.projects.find(id),
      isAdmin: () => this.isAdmin,
      onConversation: ({ projectId }) => this.showProject(projectId),
    });
    this.bar = topBar({ theme, onLogout: () => void session.close() });
    this.live = new Live(apiPrefixOfPage(), session, {
      onState: (state) => this.bar.showLink(state),
      onSubscribed: () => void this.refresh(),
      onNews: (news) => this.hear(news),
    });
    this.element = element(
      'div',
      { class: 'observatory' },
      this.bar.element,
      element(
        'main',
        { class: 'parts' },
        this.projects.element,
        element('div', { class: 'middle' }, this.conversations.element, this.feed.element),
        this.reading.element,
      ),
    );
  }

  start(): void {
    const { signal } = this.ending;
    addEventListener('hashchange', () => this.go(), { signal });
    document.addEventListener('keydown', (event) => this.press(event), { signal });
    this.clock = setInterval(() => {
      this.projects.show();
      this.conversations.show();
      this.reading.redraw();
    }, timeStepMs);
    void this.learnWho();
    void this.refresh();
    this.go();
    this.live.start();
  }

  stop(): void {
    this.ending.abort();
    clearInterval(this.clock);
    clearTimeout(this.statusTimer);
    this.live.stop();
    this.reading.show({ view: 'overview' });
  }

  redraw(): void {
    this.reading.redraw();
  }

  /** Everything that is shown, anew: at the beginning, and after each time when nothing could be heard. */
  private async refresh(): Promise<void> {
    await Promise.all([this.projects.load(), this.conversations.load(), this.loadStatus(), this.reading.refresh()]);
    for (const conversation of this.conversations.known.values())
      this.titles.set(conversation.id, titleOf(conversation));
  }

  private async learnWho(): Promise<void> {
    const answer = await this.api.me();
    if (answer.kind !== 'ok') return;
    this.isAdmin = answer.body.role === 'admin';
    this.bar.showUser(answer.body.displayName);
    this.reading.showProjects();
  }

  private async loadStatus(): Promise<void> {
    const answer = await this.api.status();
    if (answer.kind === 'ok') {
      this.bar.showWatcher(answer.body.state);
      this.reading.showStatus(answer.body);
    } else this.bar.showFailure(explain(answer));
  }

  private hear(news: BroadcastPayload): void {
    if (news.event === 'conversation.updated')
      this.titles.set(news.data.conversation.id, titleOf(news.data.conversation));
    if (news.event === 'observatory.state') this.bar.showWatcher(news.data.state);
    this.statusTimer ??= setTimeout(() => {
      this.statusTimer = undefined;
      void this.loadStatus();
    }, statusPauseMs);
    for (const part of [this.projects, this.conversations, this.feed, this.reading]) part.hear(news);
    const { route } = this;
    if (news.event === 'project.deleted' && route.view === 'project' && route.id === news.data.projectId) {
      location.hash = addressOf({ view: 'overview' });
    }
  }

  private go(): void {
    this.route = parseRoute(location.hash);
    const { route } = this;
    setAttribute(this.element, 'data-view', route.view);
    this.bar.showRoute(route);
    if (route.view === 'project') this.showProject(route.id);
    else if (route.view !== 'conversation') this.showProject(null);
    this.conversations.select(route.view === 'conversation' ? route.id : null);
    this.reading.show(route);
  }

  private showProject(id: string | null): void {
    this.projects.select(id);
    this.conversations.setProject(id, id === null ? null : (this.projects.find(id)?.name ?? null));
  }

  private showProjects(): void {
    const { route } = this;
    if (route.view === 'project') this.showProject(route.id);
    this.conversations.show();
    this.reading.showProjects();
  }

  private press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]') !== null) return;
    const isTyping = event.target instanceof Element && event.target.closest('input, select, textarea') !== null;
    if (event.key === 'Escape') this.goBack(isTyping);
    else if (isTyping) return;
    else if (event.key === '/') this.conversations.focusSearch();
    else if (event.key === 'j' || event.key === 'k') this.focusList();
    else return;
    event.preventDefault();
  }

  private goBack(isTyping: boolean): void {
    if (isTyping && document.activeElement instanceof HTMLElement) document.activeElement.blur();
    else if (this.route.view === 'conversation') {
      const { id } = this.route;
      const projectId = this.projects.selectedId;
      location.hash = addressOf(projectId === null ? { view: 'overview' } : { view: 'project', id: projectId });
      this.conversations.focusRow(id);
    } else location.hash = addressOf({ view: 'overview' });
  }

  /** From nowhere in particular, into the list. */
  private focusList(): void {
    this.conversations.focusRow(this.route.view === 'conversation' ? this.route.id : null);
  }
}
