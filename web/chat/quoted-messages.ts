import type { ConfabClient, Group, MessageView } from '../../client/src/index.js';

/** The messages that others are replies to: mostly they are here, else they are fetched once. */
export class QuotedMessages {
  private readonly fetched = new Map<string, MessageView | null | undefined>();
  private indexed: readonly MessageView[] = [];
  private index = new Map<string, MessageView>();

  constructor(
    private readonly client: ConfabClient,
    private readonly group: Group,
    private readonly onFetched: () => void,
  ) {}

  /** `undefined` while it is being fetched, `null` when it cannot be had any more. */
  find(id: string): MessageView | null | undefined {
    // The array is another one whenever something in it has changed.
    if (this.indexed !== this.group.messages) {
      this.indexed = this.group.messages;
      this.index = new Map(this.indexed.map((message) => [message.id, message]));
    }
    const here = this.index.get(id);
    if (here !== undefined) return here;
    if (!this.fetched.has(id)) void this.fetch(id);
    return this.fetched.get(id);
  }

  private async fetch(id: string): Promise<void> {
    this.fetched.set(id, undefined);
    try {
      this.fetched.set(id, await this.client.api.get<MessageView>(`/messages/${id}`));
    } catch {
      this.fetched.set(id, null);
    }
    this.onFetched();
  }
}
