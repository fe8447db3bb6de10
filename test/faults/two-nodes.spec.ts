import { randomInt, randomUUID } from 'node:crypto';

import { afterEach, describe, expect, it } from '@jest/globals';

import { ConfabClient } from '../../client/src/index.js';
import { limits } from '../../contract/limits.js';
import type { MessageView } from '../../contract/views.js';
import { ApiClient } from '../support/api-client.js';
import { ProcessYard } from '../support/confab-process.js';
import { CuttableNetwork } from '../support/cuttable-network.js';
import { eventually } from '../support/eventually.js';
import { aPerson, type Person } from '../support/people.js';
import type { PlainSocket } from '../support/plain-socket.js';
import { forAll, readLog } from '../support/read-log.js';
import { accepted } from '../support/transports.js';

const messageCount = 1000;
const repeatCount = 400;
const clientsOfEachKind = 10;
const patienceMs = 40_000;

/** A message that was sent, perhaps several times, and every answer. */
interface Sending {
  readonly sender: Sender;
  readonly content: string;
  readonly clientMessageId: string;
  readonly answers: MessageView[];
  /** How often the answer was that the message was stored just now; over sockets that is not told. */
  creations: number;
}

/** Someone with a client on one of the servers, who can ask each of them over REST as well. */
interface Sender {
  readonly node: number;
  readonly person: Person;
  sendByClient(content: string, clientMessageId: string): Promise<MessageView>;
}

describe('two servers on one database', () => {
  const yard = new ProcessYard();
  const networks: CuttableNetwork[] = [];
  const libraryClients: ConfabClient[] = [];
  const people: Person[] = [];
  afterEach(async () => {
    for (const client of libraryClients.splice(0)) client.close();
    for (const person of people.splice(0)) person.disconnect();
    for (const network of networks.splice(0)) await network.close();
    await yard.clear();
  });

  it(
    'keep one order of what is sent to both at once, over both transports and REST, and store what is repeated once',
    async () => {
      const urls = await startTwo();
      networks.push(...(await Promise.all(urls.map((url) => CuttableNetwork.to(url)))));
      const owner = await aPersonAt(urls[0]!);
      const members = await Promise.all(
        Array.from({ length: 2 * clientsOfEachKind }, (_, index) => aPersonAt(urls[index % 2]!)),
      );
      const { id: groupId, epoch } = await owner.createGroup({ memberIds: members.map(({ id }) => id) });
      const readers = await Promise.all(members.slice(0, clientsOfEachKind).map((one, at) => aReader(one, at % 2)));
      const listeners = await Promise.all(members.slice(clientsOfEachKind).map((one, at) => aListener(one, at % 2)));

      const sendings = await sendAtOnce([...readers, ...listeners]);

      const [history, sameHistory] = await Promise.all(
        urls.map((url) => readLog(new ApiClient(`${url}/api/v1`, owner.tokens.accessToken), groupId)),
      );
      expect(sameHistory).toEqual(history);
      expect(history!.map(({ seq }) => seq)).toEqual(upTo(messageCount));
      expect(history!.map(({ rev }) => rev)).toEqual(upTo(messageCount));
      const byClientMessageId = new Map(history!.map((message) => [message.clientMessageId, message]));
      for (const { sender, content, clientMessageId, answers, creations } of sendings) {
        const stored = byClientMessageId.get(clientMessageId);
        expect(stored).toMatchObject({ senderId: sender.person.id, content });
        expect(answers.map(forAll)).toEqual(answers.map(() => stored));
        expect(creations).toBeLessThanOrEqual(1);
      }

      // Until something carries live events from server to server, each tells its clients of what was sent to it.
      const heard = await Promise.all(listeners.map(async ({ socket }) => liveMessages(socket)));
      const [here, there] = [heard[0]!, heard[1]!];
      expect(Math.min(here.length, there.length)).toBeGreaterThan(messageCount / 4);
      expect(heard).toEqual(listeners.map(({ node }) => (node === 0 ? here : there)));
      for (const messages of [here, there]) expectRising(messages.map(({ rev }) => rev));
      expect([...here, ...there].sort((a, b) => a.seq - b.seq)).toEqual(history);

      for (const { socket, person } of listeners) {
        const view = await foldedView(socket, groupId, epoch);
        expect(view.map(forAll)).toEqual(history);
        expect(view.filter(({ status }) => status !== null).every(({ senderId }) => senderId === person.id)).toBe(true);
      }

      for (const network of networks) network.cut();
      await eventually(() => libraryClients.every(({ state }) => state !== 'online'));
      for (const network of networks) network.mend();
      for (const { client, told } of readers) {
        const group = client.group(groupId);
        await eventually(() => group.lastSeq === messageCount, patienceMs);
        expect(group.messages.map(forAll)).toEqual(history);
        expect(told).toEqual(upTo(messageCount));
      }

      /** Everything in one go, in no particular order. */
      async function sendAtOnce(senders: readonly Sender[]): Promise<Sending[]> {
        const all = upTo(messageCount).map((number): Sending => {
          const sender = senders[number % senders.length]!;
          const clientMessageId = randomUUID();
          return { sender, content: `message ${number}`, clientMessageId, answers: [], creations: 0 };
        });
        // Three of ten messages go over REST; so does, to either server, most of what is repeated.
        const first = all.map((sending) => [sending, randomInt(10) < 3 ? randomInt(2) : 'client'] as const);
        const again = upTo(repeatCount).map(() => {
          const way = ([0, 1, 'client'] as const)[randomInt(3)]!;
          return [all[randomInt(all.length)]!, way] as const;
        });
        const inOrder = shuffled([...first, ...again]);
        await Promise.all(inOrder.map(([sending, way]) => (way === 'client' ? byClient : byRest(way))(sending)));
        return all;
      }

      async function byClient({ sender, content, clientMessageId, answers }: Sending): Promise<void> {
        answers.push(await sender.sendByClient(content, clientMessageId));
      }

      function byRest(node: number): (sending: Sending) => Promise<void> {
        return async (sending) => {
          const { content, clientMessageId } = sending;
          const api = new ApiClient(`${urls[node]!}/api/v1`, sending.sender.person.tokens.accessToken);
          const { status, body } = await api.post<MessageView>(`/groups/${groupId}/messages`, {
            content,
            clientMessageId,
          });
          expect([200, 201]).toContain(status);
          if (status === 201) sending.creations += 1;
          sending.answers.push(body);
        };
      }

      /** With the client library. */
      async function aReader(person: Person, node: number): Promise<Sender & { client: ConfabClient; told: number[] }> {
        const client = await ConfabClient.connect({
          url: networks[node]!.url,
          credentials: person.tokens,
          reconnect: { minDelayMs: 20, maxDelayMs: 200 },
        });
        libraryClients.push(client);
        client.group(groupId);
        const told: number[] = [];
        client.on('new_message', ({ message }) => told.push(message.seq));
        const sendByClient = (content: string, clientMessageId: string) =>
          client.send(groupId, { content, clientMessageId });
        return { node, person, client, told, sendByClient };
      }

      /** With a bare WebSocket. */
      async function aListener(person: Person, node: number): Promise<Sender & { socket: PlainSocket }> {
        const socket = await person.connectPlain();
        const sendByClient = async (content: string, clientMessageId: string) =>
          accepted(await socket.send('message', { groupId, content, clientMessageId }));
        return { node, person, socket, sendByClient };
      }
    },
    2 * patienceMs,
  );

  async function startTwo(): Promise<string[]> {
    const database = yard.startDatabase(await yard.folder());
    const environment = {
      MONGODB_URI: await database.ready(),
      JWT_SECRET: randomUUID(),
      RATE_LIMIT_ENABLED: 'false',
      DEFAULT_DATA: 'false',
    };
    const folders = await Promise.all([yard.folder(), yard.folder()]);
    return Promise.all(folders.map((folder) => yard.start({ ...environment, DATA_DIR: folder }).ready()));
  }

  async function aPersonAt(url: string): Promise<Person> {
    const person = await aPerson({ url, api: `${url}/api/v1` });
    people.push(person);
    return person;
  }
});

/** 1, 2, … count. */
function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  const keyed = items.map((item) => ({ item, key: Math.random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

function expectRising(numbers: readonly number[]): void {
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
}

/** What a client was told of live, in the order of arrival. */
async function liveMessages(socket: PlainSocket): Promise<MessageView[]> {
  await socket.settled();
  return socket.all('new_message').map(({ message }) => message);
}

/** What a plain client shows that keeps its live events up to the first hole, and has `sync` tell it of the rest. */
async function foldedView(socket: PlainSocket, groupId: string, epoch: string): Promise<MessageView[]> {
  const view = new Map<number, MessageView>();
  for (const message of await liveMessages(socket)) {
    if (message.rev !== view.size + 1) break;
    view.set(message.seq, message);
  }
  let rev = view.size;
  for (let hasMore = true; hasMore;) {
    const groups = { [groupId]: { rev, epoch } };
    const [group] = accepted(await socket.send('sync', { groups, limit: limits.sync.maxLimit })).groups;
    for (const message of group!.changes) view.set(message.seq, message);
    ({ rev, hasMore } = group!);
  }
  return [...view.values()].sort((a, b) => a.seq - b.seq);
}
