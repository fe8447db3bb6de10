import { setTimeout as sleep } from 'node:timers/promises';

import type { ConnectedPayload } from '../../contract/events.js';
import type { MessageView } from '../../contract/views.js';
import type { Account } from '../support/account.js';
import { Connection } from '../support/connection.js';
import { readAfter } from './history.js';

const settleTimeoutMs = 10_000;

/** A member who says nothing and writes down, in order, every message that reaches him. */
export class Listener {
  readonly messages: MessageView[] = [];
  /** How many of them were not live: read from the history after a lost connection. */
  fromHistory = 0;
  readonly connection: Connection;
  /** Live messages that wait until the hole before them is filled. */
  private held: MessageView[] | null = null;
  private filling: Promise<void> = Promise.resolve();
  private isFirstConnection = true;

  constructor(
    url: string,
    private readonly account: Account,
    private readonly groupId: string,
  ) {
    this.connection = new Connection(url, account, {
      onConnected: (snapshot) => {
        this.resume(snapshot);
      },
      onMessage: (message) => {
        if (message.groupId === groupId) (this.held ?? this.messages).push(message);
      },
    });
  }

  /** Waits until the message with this place has come (10 s at most), and what is on its way behind it. */
  async settle(lastSeq: number): Promise<void> {
    for (const deadline = performance.now() + settleTimeoutMs; performance.now() < deadline;) {
      await this.filling;
      if (this.lastSeq >= lastSeq) break;
      await sleep(10);
    }
    // A message that is sent twice is here by then.
    await this.connection.ping();
  }

  private get lastSeq(): number {
    return this.messages.at(-1)?.seq ?? 0;
  }

  /** After a connection was lost: the server has no `sync` yet, so the history fills the hole. */
  private resume(snapshot: ConnectedPayload): void {
    const upTo = snapshot.groups.find(({ id }) => id === this.groupId)?.lastSeq ?? 0;
    // What is held belongs to a connection that was lost before its hole was filled; it is in the history too.
    const held: MessageView[] = [];
    if (this.isFirstConnection) {
      this.isFirstConnection = false;
      return;
    }
    this.held = held;
    this.filling = this.fill(upTo, held);
    // Told to whoever waits for the listener to settle.
    this.filling.catch(() => undefined);
  }

  private async fill(upTo: number, held: MessageView[]): Promise<void> {
    const missed = await readAfter(this.account, this.groupId, this.lastSeq, upTo);
    if (this.held !== held) return;
    this.messages.push(...missed, ...held);
    this.fromHistory += missed.length;
    this.held = null;
  }
}
