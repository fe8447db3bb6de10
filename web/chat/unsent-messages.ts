import { ProblemError, type Group, type OutgoingMessage, type SendMessageRequest } from '../../client/src/index.js';
import type { ChatContext } from './chat-context.js';
import type { UnsentMessage } from './timeline.js';

/** What was sent from here and has not arrived: the client keeps what is on its way, this what was refused for good. */
export class UnsentMessages {
  private readonly refused: UnsentMessage[];

  constructor(
    { refused }: ChatContext,
    private readonly group: Group,
    private readonly onChange: () => void,
  ) {
    this.refused = refused.get(group.id) ?? [];
    refused.set(group.id, this.refused);
  }

  list(): UnsentMessage[] {
    const onTheirWay = this.group.pending.map((message) => ({ message, problem: null }));
    return [...this.refused, ...onTheirWay];
  }

  send(content: string, more: Omit<SendMessageRequest, 'content'>): void {
    // Named here, so that it can be sent again as the same message.
    const clientMessageId = more.clientMessageId ?? newId();
    const message: OutgoingMessage = { ...more, content, clientMessageId, groupId: this.group.id };
    this.group
      .send(content, { ...more, clientMessageId })
      .catch((error: unknown) => {
        if (!(error instanceof ProblemError)) throw error;
        this.refused.push({ message, problem: error });
      })
      .finally(this.onChange);
    this.onChange();
  }

  retry(unsent: UnsentMessage): void {
    this.discard(unsent);
    const { content = '', groupId: _, ...more } = unsent.message;
    this.send(content, more);
  }

  discard(unsent: UnsentMessage): void {
    this.refused.splice(0, Infinity, ...this.refused.filter((one) => one !== unsent));
    this.onChange();
  }
}

/** `crypto.randomUUID` is there on https and localhost only. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
