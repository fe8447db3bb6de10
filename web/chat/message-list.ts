import type { Group, MessageView } from '../../client/src/index.js';
import { element } from '../shared/dom.js';
import { iconButton, oncePerFrame } from './controls.js';
import { KeyedRows, type KeyedRow } from './keyed-rows.js';
import { messageLabel, messageRow, unsentRow, type RowContext } from './message-row.js';
import { ShownRange } from './shown-range.js';
import type { Receipts } from './receipts.js';
import { keepOneStop, rove } from './roving.js';
import { ScrollPlace } from './scroll-place.js';
import { timeline, type TimelineItem, type UnsentMessage } from './timeline.js';
import { dayName } from './times.js';

const pageSize = 60;
/** Older messages are read before the reader comes to the end of those that are here, in CSS pixels. */
const nearEdge = 600;

export interface MessageListOptions {
  group: Group;
  me: string;
  receipts: Receipts;
  unsent: () => readonly UnsentMessage[];
  context: RowContext;
  /** Shown above the very first message. */
  beginning: HTMLElement;
  /** The reader sees the newest message. */
  onSeenToEnd: () => void;
  onFailure: (error: unknown) => void;
}

/** The messages of one group: a window on its history that reads on while it is scrolled. */
export class MessageList {
  readonly element: HTMLElement;
  readonly list = element('ol', { class: 'messages', 'aria-label': 'Messages' });
  private readonly scroller = element('div', { class: 'scroller' });
  private readonly top = element('div', { class: 'list-top' });
  private readonly down: HTMLButtonElement;
  private readonly rows = new KeyedRows(this.list);
  private readonly range = new ShownRange();
  private readonly place: ScrollPlace;
  private messages: readonly MessageView[] = [];
  private readonly readSeq: number | null;
  private isLoading = false;
  private hasLoaded = false;
  /** Whether the reader was put where he left off: only then he can be said to have read anything. */
  private isPlaced = false;
  readonly renderSoon = oncePerFrame(() => this.render());

  constructor(private readonly options: MessageListOptions) {
    const { group } = options;
    this.readSeq = group.unread > 0 ? group.lastReadSeq : null;
    this.down = iconButton('down', 'Go to the newest message', () => this.goToNewest(), 'go-down');
    this.scroller.append(this.top, this.list);
    this.element = element('div', { class: 'message-area' }, this.scroller, this.down);
    this.place = new ScrollPlace(this.scroller, this.list);
    this.scroller.addEventListener('scroll', () => this.noteScroll(), { passive: true });
    rove(this.list, '.row');
  }

  /** Draws what the group has now. */
  render(): void {
    const { group, me, unsent } = this.options;
    this.messages = group.messages;
    const mustPlace = !this.isPlaced && this.isReady;
    if (mustPlace && this.readSeq !== null) this.range.goTo(this.readSeq + 1, group.lastSeq);
    const isAtNewest = this.range.followsNewest;
    const items = timeline({
      messages: this.range.of(this.messages),
      unsent: isAtNewest ? unsent() : [],
      readSeq: this.readSeq,
      me,
    });
    this.place.keepWhile(() => {
      const hasOlder = group.hasOlder || (this.range.of(this.messages)[0]?.seq ?? 1) > 1;
      this.top.replaceChildren(hasOlder ? element('p', { class: 'loading' }, 'Loading…') : this.options.beginning);
      this.rows.show(items.map((item) => this.rowOf(item)));
    });
    keepOneStop(this.list, '.row', 'last');
    if (mustPlace) this.putReader();
    this.showDown();
    if (this.isSeenToEnd) this.options.onSeenToEnd();
    // What is here may not fill the window.
    if (this.scroller.scrollTop < nearEdge) void this.growUp();
  }

  /** Whether the newest message is in sight. */
  get isSeenToEnd(): boolean {
    return this.isPlaced && this.place.isAtEnd && this.range.followsNewest && this.element.isConnected;
  }

  /** Whether what the reader has not read is here, as far as it is going to be. */
  private get isReady(): boolean {
    if (this.isLoading) return false;
    const firstSeq = this.messages[0]?.seq;
    if (firstSeq === undefined) return this.hasLoaded || this.options.group.lastSeq === 0;
    return this.hasLoaded || this.readSeq === null || firstSeq <= this.readSeq + 1;
  }

  /** At the first message that he has not read, when that is not in sight at the end. */
  private putReader(): void {
    this.isPlaced = true;
    const line = this.list.querySelector('.unread-line');
    if (line === null || line.getBoundingClientRect().top >= this.scroller.getBoundingClientRect().top) return;
    line.scrollIntoView({ block: 'start' });
    this.place.note();
  }

  goToNewest(): void {
    this.range.goToNewest();
    this.place.isAtEnd = true;
    this.render();
    this.place.goToEnd();
  }

  /** Shows a message, wherever in the history it is, and puts the focus on it. */
  async goTo({ seq }: Pick<MessageView, 'seq'>): Promise<void> {
    const { group } = this.options;
    const firstSeq = group.messages[0]?.seq ?? group.lastSeq + 1;
    if (seq < firstSeq) await group.loadOlder(firstSeq - seq + pageSize);
    this.range.goTo(seq, group.lastSeq);
    this.place.isAtEnd = false;
    this.render();
    const row = this.list.querySelector<HTMLElement>(`[data-seq="${seq}"]`);
    row?.scrollIntoView({ block: 'center' });
    row?.focus({ preventScroll: true });
    row?.classList.add('is-found');
    setTimeout(() => row?.classList.remove('is-found'), 2_000);
  }

  messageOf(row: HTMLElement): MessageView | undefined {
    const seq = Number(row.dataset['seq']);
    return this.messages.find((message) => message.seq === seq);
  }

  focusLast(): void {
    [...this.list.querySelectorAll<HTMLElement>('.row')].at(-1)?.focus();
  }

  private noteScroll(): void {
    this.place.note();
    this.showDown();
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    if (scrollTop < nearEdge) void this.growUp();
    if (scrollHeight - scrollTop - clientHeight < nearEdge && this.range.growDown(this.messages)) this.render();
    if (this.isSeenToEnd) this.options.onSeenToEnd();
  }

  private async growUp(): Promise<void> {
    if (this.isLoading) return;
    if (this.range.growUp(this.messages)) {
      this.renderSoon();
      return;
    }
    if (!this.options.group.hasOlder) return;
    this.isLoading = true;
    try {
      // The group tells of what came, and this is drawn again. At first, all that is unread, within reason.
      const { group } = this.options;
      await group.loadOlder(this.isPlaced ? pageSize : Math.max(pageSize, Math.min(group.unread + pageSize, 300)));
    } catch (error) {
      this.options.onFailure(error);
    } finally {
      this.isLoading = false;
      this.hasLoaded = true;
      this.renderSoon();
    }
  }

  private showDown(): void {
    this.down.hidden = this.place.isAtEnd && this.range.followsNewest;
    this.down.classList.toggle('has-news', this.options.group.unread > 0);
  }

  private rowOf(item: TimelineItem): KeyedRow {
    const { context, receipts } = this.options;
    const { key } = item;
    switch (item.kind) {
      case 'day': {
        const name = dayName(item.at, new Date());
        return { key, parts: [name], draw: (row) => separator(row, 'day', name) };
      }
      case 'unread':
        return { key, parts: [], draw: (row) => separator(row, 'unread-line', 'New messages') };
      case 'unsent': {
        const { unsent, isFirst } = item;
        const parts = [unsent.message, unsent.problem, isFirst, context.client.state];
        return {
          key,
          parts,
          draw: (row) => {
            row.className = `row is-own is-unsent${isFirst ? ' is-first' : ''}`;
            row.setAttribute('aria-label', `Not sent yet: ${unsent.message.content ?? 'files'}`);
            row.replaceChildren(...unsentRow(unsent, context));
          },
        };
      }
      case 'message': {
        const { message, isFirst, isOwn } = item;
        const status = isOwn ? receipts.statusOf(message) : null;
        const quoted = message.replyToId === null ? null : context.findMessage(message.replyToId);
        const person = context.people.find(message.senderId)?.avatarUrl;
        return {
          key,
          parts: [message, isFirst, status, quoted, person],
          draw: (row) => {
            row.className = `row${isOwn ? ' is-own' : ''}${isFirst ? ' is-first' : ''}`;
            if (!row.hasAttribute('tabindex')) row.tabIndex = -1;
            row.dataset['seq'] = String(message.seq);
            row.setAttribute('aria-label', messageLabel({ message, isFirst, isOwn, status }));
            row.replaceChildren(...messageRow({ message, isFirst, isOwn, status }, context));
          },
        };
      }
    }
  }
}

function separator(row: HTMLElement, className: string, text: string): void {
  row.className = `separator ${className}`;
  row.replaceChildren(element('span', {}, text));
}
