import type { BroadcastPayload, ProjectView } from '../../contract/observatory.js';
import { element, setAttribute, setText } from '../shared/dom.js';
import { count } from '../shared/format.js';
import { explain } from '../shared/request-json.js';
import { KeyedList, type ItemView } from './keyed-list.js';
import { stepThrough } from './list-keys.js';
import type { ObservatoryApi } from './observatory-api.js';
import { addressOf } from './route.js';
import { exactly, when } from './when.js';

/** The projects, the latest active first. All of them are kept: there are as many as somebody has folders. */
export class ProjectsPane {
  readonly element: HTMLElement;
  private readonly list = element('ul', { class: 'list', role: 'list' });
  private readonly note = element('p', { class: 'pane-note', role: 'status' });
  private readonly all = element('a', { class: 'row', href: addressOf({ view: 'overview' }) }, 'All projects');
  private readonly projects = new Map<string, ProjectView>();
  private readonly shown = new KeyedList<ProjectView>(this.list, ({ id }) => id, makeRow);
  /** What was heard while the list was asked for: it is newer than the answer. */
  private heard: (() => void)[] | null = null;
  private selected: string | null = null;

  constructor(
    private readonly api: ObservatoryApi,
    private readonly onChange: () => void,
  ) {
    this.element = element(
      'nav',
      { class: 'pane pane-projects', 'aria-labelledby': 'projects-heading' },
      element('div', { class: 'pane-head' }, element('h2', { id: 'projects-heading' }, 'Projects')),
      element('div', { class: 'pane-scroll' }, this.all, this.list, this.note),
    );
    stepThrough(this.element, '.row');
  }

  async load(): Promise<void> {
    const found: ProjectView[] = [];
    const heard: (() => void)[] = [];
    this.heard = heard;
    let cursor: string | null = null;
    do {
      const answer = await this.api.projects(cursor);
      if (answer.kind !== 'ok') {
        setText(this.note, explain(answer));
        this.heard = null;
        return;
      }
      found.push(...answer.body.items);
      cursor = answer.body.nextCursor;
    } while (cursor !== null);
    this.projects.clear();
    for (const project of found) this.projects.set(project.id, project);
    for (const take of heard) take();
    if (this.heard === heard) this.heard = null;
    this.show();
  }

  hear(news: BroadcastPayload): void {
    if (news.event !== 'project.updated' && news.event !== 'project.deleted') return;
    const take = (): void => {
      if (news.event === 'project.updated') this.projects.set(news.data.project.id, news.data.project);
      else this.projects.delete(news.data.projectId);
    };
    take();
    this.heard?.push(take);
    this.show();
  }

  /** The one that the conversations are of; `null`: all of them. */
  get selectedId(): string | null {
    return this.selected;
  }

  find(id: string): ProjectView | null {
    return this.projects.get(id) ?? null;
  }

  /** @param id `null`: all of them */
  select(id: string | null): void {
    this.selected = id;
    setAttribute(this.all, 'aria-current', id === null ? 'true' : null);
    for (const row of this.list.querySelectorAll('.row')) {
      setAttribute(row, 'aria-current', id !== null && row.getAttribute('data-id') === id ? 'true' : null);
    }
  }

  /** Also when nothing changed but the time. */
  show(): void {
    const sorted = [...this.projects.values()].sort((one, other) =>
      one.lastActivityAt < other.lastActivityAt ? 1 : -1,
    );
    this.shown.show(sorted);
    setText(this.note, sorted.length === 0 ? 'No projects yet.' : '');
    this.select(this.selected);
    this.onChange();
  }
}

function makeRow({ id }: ProjectView): ItemView<ProjectView> {
  const name = element('span', { class: 'row-title' });
  const facts = element('span', { class: 'row-facts' });
  const link = element('a', { class: 'row', href: addressOf({ view: 'project', id }), 'data-id': id }, name, facts);
  return {
    element: element('li', {}, link),
    show: (project) => {
      setText(name, project.name);
      const conversations = project.conversationCount === 1 ? 'conversation' : 'conversations';
      setText(
        facts,
        `${count(project.conversationCount)} ${conversations} · ${when(project.lastActivityAt, new Date())}`,
      );
      setAttribute(
        link,
        'title',
        `${project.path ?? project.folder}\nLast activity ${exactly(project.lastActivityAt)}`,
      );
    },
  };
}
