import type { BroadcastPayload, EntryPreviewView } from '../../contract/observatory.js';
import { element, setText } from '../shared/dom.js';
import { timeOfDay } from '../shared/format.js';
import { KeyedList, type ItemView } from './keyed-list.js';
import { stepThrough } from './list-keys.js';
import { addressOf } from './route.js';
import { shortArgument } from './tool-argument.js';

/** So many lines are kept; older ones stand in their conversations. */
const kept = 100;

interface FeedItem {
  key: string;
  conversationId: string;
  entry: EntryPreviewView;
  /** When it was heard. */
  at: string;
}

const speakers: Record<EntryPreviewView['type'], string> = {
  user: 'User',
  assistant: 'Claude',
  system: 'System',
  other: 'Other',
};

/** What is being written at this moment, in whatever conversation, the newest first. */
export class Feed {
  readonly element: HTMLElement;
  private readonly list = element('ul', { class: 'list feed-list', role: 'list' });
  private readonly note = element(
    'p',
    { class: 'pane-note' },
    'Nothing yet. New lines appear here as they are written.',
  );
  private readonly shown: KeyedList<FeedItem>;
  private items: FeedItem[] = [];
  private isDrawing = false;

  /** @param titleOf a conversation; it may be known only later */
  constructor(private readonly titleOf: (conversationId: string) => string) {
    this.shown = new KeyedList(
      this.list,
      ({ key }) => key,
      (item) => this.make(item),
    );
    this.element = element(
      'section',
      { class: 'pane pane-feed', 'aria-labelledby': 'feed-heading' },
      element('div', { class: 'pane-head' }, element('h2', { id: 'feed-heading' }, 'Happening now')),
      element('div', { class: 'pane-scroll' }, this.list, this.note),
    );
    stepThrough(this.element, '.row');
  }

  hear(news: BroadcastPayload): void {
    if (news.event === 'entries.added') {
      const { conversationId, entries } = news.data;
      const added = entries.map((entry) => ({
        key: `${conversationId} ${entry.id}`,
        conversationId,
        entry,
        at: news.timestamp,
      }));
      const keys = new Set(added.map(({ key }) => key));
      this.items = [...added.reverse(), ...this.items.filter(({ key }) => !keys.has(key))].slice(0, kept);
    } else if (news.event !== 'conversation.updated' || this.items.length === 0) return;
    if (this.isDrawing) return;
    this.isDrawing = true;
    requestAnimationFrame(() => {
      this.isDrawing = false;
      this.note.hidden = true;
      this.shown.show(this.items);
    });
  }

  private make({ conversationId, entry, at }: FeedItem): ItemView<FeedItem> {
    const title = element('span', { class: 'row-facts' });
    const speaker = entry.isSidechain ? `${speakers[entry.type]} (subagent)` : speakers[entry.type];
    const link = element(
      'a',
      {
        class: 'row',
        href: addressOf({ view: 'conversation', id: conversationId, tab: 'dialogue' }),
        'data-speaker': entry.type,
      },
      element(
        'span',
        { class: 'row-line' },
        element('span', { class: 'feed-speaker' }, speaker),
        element('span', { class: 'feed-preview' }, previewOf(entry)),
        element('time', { class: 'row-time', datetime: at }, timeOfDay(at)),
      ),
      title,
    );
    return { element: element('li', {}, link), show: () => setText(title, this.titleOf(conversationId)) };
  }
}

/** Of a call of a tool the preview is its input. */
function previewOf({ type, preview }: EntryPreviewView): string {
  if (preview === '') return '…';
  return type === 'assistant' && preview.startsWith('{"') ? shortArgument(preview) : preview;
}
