import type {
  BroadcastPayload,
  ConversationView,
  ObservatoryStatusView,
  ProjectView,
} from '../../contract/observatory.js';
import { element, setText } from '../shared/dom.js';
import { explain } from '../shared/request-json.js';
import { AnalyticsView } from './analytics-view.js';
import { conversationHead } from './conversation-head.js';
import { DialogueView } from './dialogue-view.js';
import type { ObservatoryApi } from './observatory-api.js';
import { overview, projectOverview } from './overview.js';
import type { ConversationTab, Route } from './route.js';
import { StatusView } from './status-view.js';

interface PaneOptions {
  api: ObservatoryApi;
  findProject: (id: string) => ProjectView | null;
  projectNameOf: (id: string) => string;
  isAdmin: () => boolean;
  /** The conversation of the route came: its project is to be shown beside it. */
  onConversation: (conversation: ConversationView) => void;
}

/** What is shown of the open conversation. */
type Body = DialogueView | AnalyticsView;

/** The third part of the page: a conversation, a project, the status, or what to do. */
export class ReadingPane {
  readonly element = element('section', { class: 'pane pane-reading', 'aria-label': 'Reading' });
  private readonly head;
  private route: Route = { view: 'overview' };
  private conversation: ConversationView | null = null;
  private body: Body | null = null;
  /** The server was away when the conversation was asked for. */
  private isUnanswered = false;
  private statusView: StatusView | null = null;
  private status: ObservatoryStatusView | null = null;

  constructor(private readonly options: PaneOptions) {
    this.head = conversationHead(options.projectNameOf);
    this.element.addEventListener('keydown', (event) => {
      if (this.body instanceof DialogueView) this.body.press(event);
    });
  }

  show(route: Route): void {
    this.route = route;
    this.isUnanswered = false;
    this.body?.stop();
    this.body = null;
    this.statusView = null;
    if (route.view === 'conversation') {
      void this.open(route.id, route.tab);
      return;
    }
    this.conversation = null;
    if (route.view === 'status') {
      this.statusView = new StatusView(this.options.api);
      this.element.replaceChildren(paneHead('Status'), this.statusView.element);
      if (this.status !== null) this.statusView.show(this.status);
    } else this.showOverview();
  }

  showStatus(status: ObservatoryStatusView): void {
    this.status = status;
    this.statusView?.show(status);
    this.showOverview();
  }

  /** A project became known, or changed. */
  showProjects(): void {
    this.showOverview();
    if (this.conversation !== null) this.showHead(this.conversation);
  }

  hear(news: BroadcastPayload): void {
    if (news.event === 'conversation.updated') {
      const { conversation } = news.data;
      if (conversation.id !== this.conversation?.id) return;
      this.showHead(conversation);
      if (this.body instanceof AnalyticsView) void this.body.refresh();
    } else if (news.event === 'entries.added' && news.data.conversationId === this.conversation?.id) {
      if (this.body instanceof DialogueView) void this.body.refresh();
    }
  }

  /** The connection was away: what was missed is read. */
  async refresh(): Promise<void> {
    void this.statusView?.loadProblems(null);
    const { conversation } = this;
    if (conversation === null) {
      if (this.isUnanswered) this.show(this.route);
      return;
    }
    const answer = await this.options.api.conversation(conversation.id);
    if (this.conversation?.id !== conversation.id) return;
    if (answer.kind === 'ok') this.showHead(answer.body);
    await this.body?.refresh();
  }

  /** Also when nothing changed but the time, or the theme. */
  redraw(): void {
    if (this.conversation !== null) this.showHead(this.conversation);
    if (this.body instanceof AnalyticsView) this.body.redraw();
  }

  private async open(id: string, tab: ConversationTab): Promise<void> {
    let conversation = this.conversation?.id === id ? this.conversation : null;
    if (conversation === null) {
      this.conversation = null;
      this.element.replaceChildren(element('p', { class: 'pane-note', role: 'status' }, 'Loading …'));
      const answer = await this.options.api.conversation(id);
      // Somebody went on meanwhile.
      if (this.route.view !== 'conversation' || this.route.id !== id || this.route.tab !== tab) return;
      if (answer.kind !== 'ok') {
        setText(this.element.firstElementChild ?? this.element, explain(answer));
        this.isUnanswered = answer.kind === 'unreachable';
        return;
      }
      conversation = answer.body;
    }
    this.conversation = conversation;
    this.options.onConversation(conversation);
    this.body =
      tab === 'dialogue' ? new DialogueView(this.options.api, conversation) : new AnalyticsView(this.options.api, id);
    this.showHead(conversation);
    this.element.replaceChildren(this.head.element, this.body.element);
    this.head.focus();
  }

  private showHead(conversation: ConversationView): void {
    this.conversation = conversation;
    if (this.route.view === 'conversation') this.head.show(conversation, this.route.tab);
  }

  private showOverview(): void {
    const { route, options } = this;
    if (route.view === 'conversation' || route.view === 'status') return;
    const project = route.view === 'project' ? options.findProject(route.id) : null;
    const content = project === null ? overview(this.status) : projectOverview(options.api, project, options.isAdmin());
    // Buttons that somebody is about to press stay where nothing has changed.
    if (this.element.firstElementChild?.isEqualNode(content) !== true) this.element.replaceChildren(content);
  }
}

function paneHead(heading: string): HTMLElement {
  return element('div', { class: 'pane-head' }, element('h2', {}, heading));
}
