import type { BroadcastPayload, ConversationView } from '../../contract/observatory.js';
import { element, setAttribute, setText } from '../shared/dom.js';
import { explain } from '../shared/request-json.js';
import { byActivity, isWanted, type ConversationFilter } from './conversation-filter.js';
import { conversationFilters } from './conversation-filters.js';
import { conversationRow } from './conversation-row.js';
import { KeyedList } from './keyed-list.js';
import { stepThrough } from './list-keys.js';
import type { ObservatoryApi } from './observatory-api.js';

interface PaneOptions {
  api: ObservatoryApi;
  projectNameOf: (projectId: string) => string;
}

/** The conversations that are wanted, page by page, and kept true by what is heard of them. */
export class ConversationsPane {
  readonly element: HTMLElement;
  private readonly heading = element('h2', { id: 'conversations-heading' }, 'Conversations');
  private readonly list = element('ul', { class: 'list', role: 'list' });
  private readonly note = element('p', { class: 'pane-note', role: 'status' });
  private readonly more = element('button', { type: 'button', class: 'button', hidden: '' }, 'Show more');
  private readonly conversations = new Map<string, ConversationView>();
  private readonly shown: KeyedList<ConversationView>;
  private readonly filters;
  private wanted: ConversationFilter = { projectId: null, status: null, startDate: null, endDate: null, q: '' };
  private nextCursor: string | null = null;
  private selected: string | null = null;
  /** Of the latest question: an answer that comes late is to another one. */
  private asked = 0;
  /** What was heard while the first page was asked for: it is newer than the answer. */
  private heard: (() => void)[] = [];
  private isLoading = false;
  private isDrawing = false;

  constructor(private readonly options: PaneOptions) {
    this.filters = conversationFilters((wanted) => {
      this.wanted = { ...this.wanted, ...wanted };
      void this.load();
    });
    this.shown = new KeyedList(
      this.list,
      ({ id }) => id,
      (conversation) =>
        conversationRow(conversation, ({ projectId }) =>
          this.wanted.projectId === null ? options.projectNameOf(projectId) : null,
        ),
    );
    this.more.addEventListener('click', () => void this.loadMore());
    this.element = element(
      'section',
      { class: 'pane pane-conversations', 'aria-labelledby': 'conversations-heading' },
      element('div', { class: 'pane-head' }, this.heading, this.filters.element),
      element('div', { class: 'pane-scroll' }, this.list, this.note, this.more),
    );
    stepThrough(this.element, '.row');
  }

  get known(): ReadonlyMap<string, ConversationView> {
    return this.conversations;
  }

  focusSearch(): void {
    this.filters.focus();
  }

  /** @param id `null`, or one that is not shown: the first one */
  focusRow(id: string | null): void {
    const row =
      (id === null ? null : this.shown.find(id)?.querySelector<HTMLElement>('.row')) ??
      this.list.querySelector<HTMLElement>('.row');
    row?.focus();
  }

  /** @param projectId `null`: of all of them */
  setProject(projectId: string | null, name: string | null): void {
    setText(this.heading, name ?? 'Conversations');
    if (this.wanted.projectId === projectId) return;
    this.wanted = { ...this.wanted, projectId };
    void this.load();
  }

  select(id: string | null): void {
    this.selected = id;
    for (const row of this.list.querySelectorAll('.row')) {
      setAttribute(row, 'aria-current', row.getAttribute('data-id') === id ? 'true' : null);
    }
  }

  /** The first page, anew. */
  async load(): Promise<void> {
    const asked = (this.asked += 1);
    this.heard = [];
    this.isLoading = true;
    const answer = await this.options.api.conversations(this.wanted, null);
    if (asked !== this.asked) return;
    this.isLoading = false;
    if (answer.kind !== 'ok') {
      setText(this.note, explain(answer));
      return;
    }
    this.conversations.clear();
    this.add(answer.body.items, answer.body.nextCursor);
    for (const take of this.heard) take();
    this.show();
  }

  hear(news: BroadcastPayload): void {
    if (news.event !== 'conversation.updated' && news.event !== 'project.deleted') return;
    const take = (): void => {
      if (news.event === 'conversation.updated') this.take(news.data.conversation);
      else this.forgetProject(news.data.projectId);
    };
    take();
    if (this.isLoading) this.heard.push(take);
    // Many come at once while files are read: they are shown together.
    if (this.isDrawing) return;
    this.isDrawing = true;
    requestAnimationFrame(() => {
      this.isDrawing = false;
      this.show();
    });
  }

  /** Also when nothing changed but the time. */
  show(): void {
    const now = new Date();
    const sorted = [...this.conversations.values()]
      .filter((conversation) => isWanted(conversation, this.wanted, now))
      .sort(byActivity);
    this.shown.show(sorted);
    setText(this.note, sorted.length === 0 ? 'No conversation fits.' : '');
    this.more.hidden = this.nextCursor === null;
    this.select(this.selected);
  }

  private async loadMore(): Promise<void> {
    const { asked } = this;
    this.more.disabled = true;
    const answer = await this.options.api.conversations(this.wanted, this.nextCursor);
    this.more.disabled = false;
    if (asked !== this.asked) return;
    if (answer.kind === 'ok') this.add(answer.body.items, answer.body.nextCursor);
    else setText(this.note, explain(answer));
  }

  private add(items: readonly ConversationView[], nextCursor: string | null): void {
    for (const conversation of items) this.conversations.set(conversation.id, conversation);
    this.nextCursor = nextCursor;
    this.show();
  }

  private take(conversation: ConversationView): void {
    // What lies behind the last page that was loaded comes with its page.
    const last = this.nextCursor === null ? null : [...this.conversations.values()].sort(byActivity).at(-1);
    const isBehind = last !== null && last !== undefined && byActivity(last, conversation) < 0;
    if (this.conversations.has(conversation.id) || !isBehind) this.conversations.set(conversation.id, conversation);
  }

  private forgetProject(projectId: string): void {
    for (const [id, conversation] of this.conversations) {
      if (conversation.projectId === projectId) this.conversations.delete(id);
    }
  }
}
