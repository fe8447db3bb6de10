import { randomInt } from 'node:crypto';

import type { MessageView } from '../../../contract/views.js';
import { ApiClient } from '../../support/api-client.js';
import { aPerson, type Person } from '../../support/people.js';
import type { ChatClient } from '../../support/plain-socket.js';
import type { TestApp } from '../../support/test-app.js';

const names = ['ada', 'ben', 'chloe', 'dmitri', 'elena', 'farid', 'grace', 'hugo', 'ines', 'jonas', 'kira', 'leo'];
const groupNames = ['General', 'Engine room', 'Deployments', 'Kitchen', 'On call', 'Reading circle'];

function oneOf<Item>(items: readonly Item[]): Item {
  return items[randomInt(items.length)]!;
}

/** A dozen people who talk over all that the server offers, for pictures that look like a day at work. */
export class BusyDay {
  private readonly sockets: { person: Person; socket: ChatClient }[] = [];
  private messages: MessageView[] = [];

  private constructor(
    private readonly app: TestApp,
    private readonly people: readonly Person[],
    private readonly groupIds: readonly string[],
  ) {}

  static async begin(app: TestApp): Promise<BusyDay> {
    const people: Person[] = [];
    for (const username of names) people.push(await aPerson(app, { username }));
    const [owner, ...others] = people;
    const memberIds = others.map(({ id }) => id);
    const groups = await Promise.all(groupNames.map((name) => owner!.createGroup({ name, memberIds })));
    const day = new BusyDay(
      app,
      people,
      groups.map(({ id }) => id),
    );
    for (const [index, person] of people.entries()) {
      const socket = index % 4 === 3 ? await person.connectPlain() : await person.connect();
      day.sockets.push({ person, socket });
    }
    return day;
  }

  async goOn(seconds: number): Promise<void> {
    const end = Date.now() + seconds * 1_000;
    while (Date.now() < end) {
      // More and less, as the day goes.
      const eagerness = 1 + Math.sin((end - Date.now()) / 40_000);
      await Promise.all(Array.from({ length: 1 + randomInt(3) }, () => this.something()));
      await new Promise((resolve) => setTimeout(resolve, 30 + randomInt(200) / (0.3 + eagerness)));
    }
  }

  end(): void {
    for (const person of this.people) person.disconnect();
  }

  private async something(): Promise<void> {
    const person = oneOf(this.people);
    const groupId = oneOf(this.groupIds);
    const { socket } = oneOf(this.sockets);
    const message = this.messages.length === 0 ? null : oneOf(this.messages);
    const deeds: (() => Promise<unknown>)[] = [
      () => this.say(person, groupId),
      () => this.say(person, groupId),
      () => socket.send('message', { groupId, content: 'And another thing.' }),
      () => socket.send('typing', { groupId, isTyping: true }),
      () => person.api.get(`/groups/${groupId}/messages?limit=20`),
      () => person.api.get('/groups'),
      () => person.api.get(`/search/messages?q=${oneOf(names)}`),
      () => (message === null ? this.say(person, groupId) : person.api.get(`/messages/${message.id}`)),
      () => (message === null ? this.say(person, groupId) : this.react(person, message)),
      () => this.rarely(person),
    ];
    await oneOf(deeds)();
  }

  private async say(person: Person, groupId: string): Promise<void> {
    const message = await person.sendMessage(groupId, `${oneOf(names)}, have a look at the numbers.`);
    this.messages = [message, ...this.messages].slice(0, 50);
  }

  private react(person: Person, message: MessageView): Promise<unknown> {
    return person.api.put(`/messages/${message.id}/reactions/${encodeURIComponent(oneOf(['👍', '🎉', '👀']))}`);
  }

  /** What goes wrong on any day, and what takes its time: a login. */
  private async rarely(person: Person): Promise<unknown> {
    if (randomInt(4) > 0) return person.api.get('/users/me');
    return oneOf([
      () => new ApiClient(this.app.api).get('/users/me'),
      () => person.api.get(`/groups/${crypto.randomUUID()}`),
      () => person.logInAgain(),
    ])();
  }
}
