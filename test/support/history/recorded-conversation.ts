import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { ConfabClient } from '../../../client/src/index.js';
import type { MyGroupView } from '../../../contract/views.js';
import { ApiClient } from '../api-client.js';
import { eventually } from '../eventually.js';
import { expectStatus, type Person } from '../people.js';
import { readLog } from '../read-log.js';
import { checkHistory, type Breach } from './check-history.js';
import { History, type FinalGroup } from './history.js';

const pauseMs = 20;
const reconnect = { minDelayMs: 50, maxDelayMs: 500 };
/** How long everyone may take to have everything once the faults are over. */
const patienceMs = 30_000;
const maxMessages = 20_000;

interface Participant {
  readonly person: Person;
  readonly client: ConfabClient;
}

/** A group whose members all talk at the same time, through clients that record what they do and see. */
export class RecordedConversation {
  readonly history = new History();
  private readonly participants: Participant[] = [];
  private readonly talking: Promise<void>[] = [];
  private isOver = false;
  /** Sends that were refused for good. A client repeats what only failed. */
  readonly failures: unknown[] = [];

  private constructor(
    readonly owner: Person,
    readonly groupId: string,
  ) {}

  /** @param people each with the address that his client connects to; the first one makes the group */
  static async among(people: readonly Person[]): Promise<RecordedConversation> {
    const [owner, ...others] = people;
    if (owner === undefined) throw new Error('nobody is there');
    const { id } = await owner.createGroup({ memberIds: others.map((person) => person.id) });
    const conversation = new RecordedConversation(owner, id);
    for (const person of people) await conversation.join(person);
    return conversation;
  }

  get acknowledged(): number {
    return this.history.entries.filter(({ kind }) => kind === 'sent').length;
  }

  /** Everyone sends, one message after the other, until {@link settle}. */
  talk(): void {
    for (const participant of this.participants) this.talking.push(this.keepSending(participant));
  }

  /**
   * Everyone stops, and everyone gets what there is.
   *
   * @returns what was broken
   * @throws Error when some client does not come to the end of the log
   */
  async settle(): Promise<Breach[]> {
    this.isOver = true;
    await Promise.all(this.talking);
    const api = new ApiClient(this.owner.app.api, this.owner.tokens.accessToken);
    const log = await readLog(api, this.groupId);
    for (const { client } of this.participants) {
      const group = client.group(this.groupId);
      await eventually(() => group.lastSeq === log.length, patienceMs);
    }
    const final: FinalGroup = {
      groupId: this.groupId,
      log,
      views: new Map(this.participants.map(({ person, client }) => [person.id, client.group(this.groupId).messages])),
      unread: await Promise.all(this.participants.map(({ person }) => this.countOf(person))),
    };
    return checkHistory(this.history.entries, [final]);
  }

  close(): void {
    this.isOver = true;
    for (const { client } of this.participants) client.close();
  }

  private async join(person: Person): Promise<void> {
    const client = new ConfabClient({ url: person.app.url, credentials: person.tokens, reconnect, maxMessages });
    client.on('new_message', ({ message: { id: messageId, groupId, seq, rev } }) => {
      this.history.add({ kind: 'received', userId: person.id, clientId: person.id, groupId, messageId, seq, rev });
    });
    this.participants.push({ person, client });
    await client.connect();
    client.group(this.groupId);
  }

  private async keepSending({ person, client }: Participant): Promise<void> {
    const { groupId } = this;
    while (!this.isOver) {
      const sending = { userId: person.id, clientMessageId: randomUUID() };
      const content = `text ${sending.clientMessageId}`;
      this.history.add({ kind: 'send', ...sending, groupId, content });
      try {
        const message = await client.send(groupId, { content, clientMessageId: sending.clientMessageId });
        this.history.add({ kind: 'sent', ...sending, message });
      } catch (error) {
        this.failures.push(error);
      }
      await sleep(pauseMs);
    }
  }

  private async countOf(person: Person): Promise<FinalGroup['unread'][number]> {
    const { lastReadSeq, unreadCount } = await eventually(async () => {
      const { items } = expectStatus(await person.api.get<{ items: MyGroupView[] }>('/groups?limit=100'), 200);
      return items.find(({ id }) => id === this.groupId);
    });
    return { userId: person.id, lastReadSeq, unreadCount };
  }
}
