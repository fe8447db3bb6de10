import { serverChannels } from '../../contract/events.js';
import type { BroadcastPayload } from '../../contract/observatory.js';
import { Link, type LinkState } from '../../client/src/link.js';
import { Tokens } from '../../client/src/tokens.js';
import type { PageSession } from '../shared/page-session.js';

export interface LiveHooks {
  onState: (state: LinkState) => void;
  /** Connected and subscribed, for the first time or again: what was missed meanwhile is to be read now. */
  onSubscribed: () => void;
  onNews: (news: BroadcastPayload) => void;
}

const connection = {
  path: '/socket.io',
  transports: ['websocket' as const],
  ackTimeoutMs: 15_000,
  connectTimeoutMs: 20_000,
};

/** News of the server, as they happen. The link of the chat's client keeps the connection: it comes back by itself. */
export class Live {
  private readonly closing = new AbortController();
  private readonly link: Link;

  constructor(apiUrl: string, session: PageSession, hooks: LiveHooks) {
    const tokens = new Tokens(apiUrl, session, this.closing.signal, () => undefined);
    const reconnect = { minDelayMs: 300, maxDelayMs: 10_000, jitter: 0.5 };
    this.link = new Link({ ...connection, url: location.origin }, reconnect, tokens, {
      onState: hooks.onState,
      onOnline: () => void this.subscribe(hooks),
      onEvent: (event) => {
        if (event.name === 'broadcast') hooks.onNews(event.payload);
      },
      onClosed: (problem) => {
        if (problem !== null) session.forget();
      },
    });
  }

  start(): void {
    this.link.open();
  }

  stop(): void {
    this.closing.abort();
    this.link.close();
  }

  /** First the news, then the state: so nothing falls between them. */
  private async subscribe({ onSubscribed }: LiveHooks): Promise<void> {
    try {
      await Promise.all(serverChannels.map((channel) => this.link.request('subscribe', { channel })));
    } catch {
      // The connection broke meanwhile; the next one subscribes.
      return;
    }
    onSubscribed();
  }
}
