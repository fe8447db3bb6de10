import { randomUUID } from 'node:crypto';

import { ConfabClient } from '../../client/src/index.js';
import type { MessageView } from '../../contract/views.js';
import type { Person } from './people.js';

const reconnect = { minDelayMs: 50, maxDelayMs: 200 };

/** Someone whose client sends one message after the other, each until it is acknowledged, whatever happens meanwhile. */
export class SteadySender {
  /** What was acknowledged, in order. */
  readonly acknowledged: MessageView[] = [];
  /** How often the connection broke while a message was on its way. */
  interruptions = 0;
  private readonly client: ConfabClient;
  private readonly sending: Promise<void>;
  private isStopping = false;

  constructor({ app, tokens }: Person, groupId: string) {
    this.client = new ConfabClient({ url: app.url, credentials: tokens, reconnect });
    this.sending = this.send(groupId);
  }

  /** Finishes the message that is on its way, and no other. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.sending;
    this.client.close();
  }

  private async send(groupId: string): Promise<void> {
    await this.client.connect();
    const group = this.client.group(groupId);
    this.client.on('state', (state) => {
      if (state === 'waiting' && group.pending.length > 0) this.interruptions += 1;
    });
    while (!this.isStopping) {
      this.acknowledged.push(await group.send(`text ${randomUUID()}`));
    }
  }
}
