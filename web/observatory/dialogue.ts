import type { EntryOrder, EntryView } from '../../contract/observatory.js';
import { sleep } from '../../client/src/timers.js';
import { element, setText } from '../shared/dom.js';
import { count } from '../shared/format.js';
import { explain } from '../shared/request-json.js';
import { entryItem, showBranch, showContinued, type Calls, type EntryItem } from './entry-item.js';
import { EntryPages, type Failure } from './entry-pages.js';
import { KeyedList } from './keyed-list.js';
import type { ObservatoryApi } from './observatory-api.js';

/** So near to the end, in pixels, one counts as being there. */
const nearPx = 60;
/** Where lines come fast, they are read together: the server counts requests. */
const refreshPauseMs = 400;

interface DialogueOptions {
  api: ObservatoryApi;
  conversationId: string;
  order: EntryOrder;
  /** What scrolls. */
  scroller: HTMLElement;
  /** Lines came at the end while one was reading further up. */
  onLinesBelow: () => void;
}

/** A conversation as it is read: pages are loaded as one comes near them, and at the end new lines come by themselves. */
export class Dialogue {
  readonly element: HTMLElement;
  private readonly list = element('div', { class: 'entries' });
  private readonly foot = element('p', { class: 'dialogue-foot', role: 'status' });
  private readonly pages: EntryPages;
  private readonly calls: Calls = new Map();
  private readonly items = new Map<string, EntryItem>();
  private readonly shown = new KeyedList<EntryView>(
    this.list,
    ({ id }) => id,
    (entry) => this.make(entry),
  );
  private readonly watcher: IntersectionObserver;
  private loading: Promise<boolean> | null = null;
  private isStopped = false;
  private isStale = false;
  private isRefreshing = false;

  constructor(private readonly options: DialogueOptions) {
    const { api, conversationId, order, scroller } = options;
    this.pages = new EntryPages((cursor) => api.entries(conversationId, order, cursor));
    this.element = element('div', { class: 'dialogue' }, this.list, this.foot);
    this.watcher = new IntersectionObserver(
      (seen) => {
        if (seen.some(({ isIntersecting }) => isIntersecting)) void this.loadMore();
      },
      { root: scroller, rootMargin: '0px 0px 1500px 0px' },
    );
    this.watcher.observe(this.foot);
  }

  stop(): void {
    this.isStopped = true;
    this.watcher.disconnect();
  }

  /** There are new lines: shows them when the end is shown, and stays at the end when one is there. */
  async refresh(): Promise<void> {
    this.isStale = true;
    if (this.isRefreshing || this.loading !== null || !this.pages.isAtEnd) return;
    this.isRefreshing = true;
    while (this.isStale && !this.isStopped) {
      this.isStale = false;
      const isFollowing = this.isAtEnd();
      const before = this.pages.loaded.length;
      await this.run(() => this.pages.refreshEnd());
      if (isFollowing) this.scrollToEnd();
      else if (this.pages.loaded.length > before) this.options.onLinesBelow();
      await sleep(refreshPauseMs);
    }
    this.isRefreshing = false;
  }

  /** Loads all that is left and goes to the end. */
  async goToEnd(): Promise<void> {
    while (!this.pages.isAtEnd && !this.isStopped) if (!(await this.loadMore())) return;
    this.scrollToEnd();
  }

  /** Goes to the next error behind what is focused, loading as far as it must. @returns whether there was one */
  async goToNextError(): Promise<boolean> {
    const from = document.activeElement;
    for (;;) {
      const next = [...this.list.querySelectorAll<HTMLElement>('[data-error]')].find((each) => isBehind(each, from));
      if (next !== undefined) {
        focusOn(next);
        return true;
      }
      if (this.pages.isAtEnd || this.isStopped || !(await this.loadMore())) return false;
    }
  }

  /** Moves the focus to the line before or behind; for the keyboard. */
  step(by: 1 | -1): void {
    const entries = [...this.list.querySelectorAll<HTMLElement>('.entry:not([hidden])')];
    const focused = document.activeElement?.closest('.entry') ?? null;
    const top = this.options.scroller.getBoundingClientRect().top;
    const from =
      focused === null
        ? entries.findIndex((each) => each.getBoundingClientRect().bottom > top) - 1
        : entries.indexOf(focused as HTMLElement);
    const target = entries[Math.max(0, from + by)];
    if (target !== undefined) focusOn(target, 'nearest');
  }

  isAtEnd(): boolean {
    const { scrollTop, clientHeight, scrollHeight } = this.options.scroller;
    return this.pages.isAtEnd && scrollTop + clientHeight >= scrollHeight - nearPx;
  }

  /** @returns whether it worked */
  private loadMore(): Promise<boolean> {
    if (this.pages.isAtEnd || this.isStopped) return Promise.resolve(true);
    this.loading ??= this.run(() => this.pages.loadNext()).then((isLoaded) => {
      this.loading = null;
      // It tells only of changes: what is still near has to be asked for again. After a failure a button asks.
      this.watcher.unobserve(this.foot);
      if (isLoaded && !this.pages.isAtEnd) this.watcher.observe(this.foot);
      if (isLoaded && this.isStale) void this.refresh();
      return isLoaded;
    });
    return this.loading;
  }

  private async run(load: () => Promise<Failure | null>): Promise<boolean> {
    if (this.pages.loaded.length === 0) setText(this.foot, 'Loading …');
    const failure = await load();
    if (this.isStopped) return false;
    if (failure !== null) {
      const retry = element('button', { type: 'button', class: 'button' }, 'Try again');
      retry.addEventListener('click', () => void (this.pages.isAtEnd ? this.refresh() : this.loadMore()));
      this.foot.replaceChildren(`${explain(failure)}. `, retry);
      return false;
    }
    this.show();
    return true;
  }

  private show(): void {
    const { loaded, isAtEnd } = this.pages;
    this.shown.show(loaded);
    let speaker = '';
    let lastDepth = -1;
    for (const { id, depth } of loaded) {
      const item = this.items.get(id);
      if (item === undefined || item.speaker === '') continue;
      // In tree order a question that does not lie deeper than what stands before it was asked after a step back.
      showBranch(item, depth !== null && depth <= lastDepth);
      lastDepth = depth ?? -1;
      showContinued(item, item.speaker === speaker);
      speaker = item.speaker;
    }
    const lines = `${count(loaded.length)} ${loaded.length === 1 ? 'line' : 'lines'}`;
    setText(this.foot, isAtEnd ? `End of the conversation, ${lines}` : `${lines} loaded, more below …`);
  }

  private make(entry: EntryView): EntryItem {
    const item = entryItem(entry, this.calls);
    this.items.set(entry.id, item);
    return item;
  }

  /** What comes into sight is laid out only then, and is higher than it was taken for: a few steps lead there. */
  private scrollToEnd(steps = 10): void {
    const { scroller } = this.options;
    scroller.scrollTop = scroller.scrollHeight;
    if (steps > 0 && !this.isStopped) requestAnimationFrame(() => this.scrollToEnd(steps - 1));
  }
}

function isBehind(target: Element, from: Element | null): boolean {
  if (from === null || from === document.body || target === from) return target !== from;
  return (from.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
}

function focusOn(target: HTMLElement, block: ScrollLogicalPosition = 'center'): void {
  // A call that is gone to is looked into.
  if (target instanceof HTMLDetailsElement) target.open = true;
  const focused = target.querySelector<HTMLElement>(':scope > summary') ?? target;
  focused.focus({ preventScroll: true });
  target.scrollIntoView({ block });
}
