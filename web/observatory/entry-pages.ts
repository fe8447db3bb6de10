import type { EntryView } from '../../contract/observatory.js';
import type { Page } from '../../contract/views.js';
import type { JsonAnswer } from '../shared/request-json.js';

type FetchPage = (cursor: string | null) => Promise<JsonAnswer<Page<EntryView>>>;
export type Failure = Exclude<JsonAnswer<unknown>, { kind: 'ok' }>;

/**
 * The lines of a conversation, page by page from its beginning. New lines come at the end, or shortly before it where
 * several files are mixed; so the last two pages are read again for them.
 */
export class EntryPages {
  private readonly entries: EntryView[] = [];
  /** For each page: its cursor, and where it begins. */
  private readonly pages: { cursor: string | null; start: number }[] = [];
  private next: { cursor: string | null } | null = { cursor: null };

  constructor(private readonly fetchPage: FetchPage) {}

  get loaded(): readonly EntryView[] {
    return this.entries;
  }

  get isAtEnd(): boolean {
    return this.next === null;
  }

  /** @returns why it did not work; `null` when it did */
  async loadNext(): Promise<Failure | null> {
    if (this.next === null) return null;
    const { cursor } = this.next;
    const answer = await this.fetchPage(cursor);
    if (answer.kind !== 'ok') return answer;
    this.pages.push({ cursor, start: this.entries.length });
    this.entries.push(...answer.body.items);
    const { nextCursor } = answer.body;
    this.next = nextCursor === null ? null : { cursor: nextCursor };
    return null;
  }

  /** Reads the end anew, where it was reached before. */
  async refreshEnd(): Promise<Failure | null> {
    if (this.next !== null) return null;
    const again = this.pages.slice(-2);
    const [first] = again;
    if (first === undefined) return this.loadNext();
    const fresh = new EntryPages(this.fetchPage);
    fresh.next = { cursor: first.cursor };
    while (!fresh.isAtEnd) {
      const failure = await fresh.loadNext();
      if (failure !== null) return failure;
    }
    this.entries.splice(first.start, Infinity, ...fresh.entries);
    this.pages.splice(
      -again.length,
      Infinity,
      ...fresh.pages.map((page) => ({ ...page, start: page.start + first.start })),
    );
    return null;
  }
}
