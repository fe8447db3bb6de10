import { randomUUID } from 'node:crypto';

import { afterEach, describe, expect, it } from '@jest/globals';

import { ConfabClient, type Group } from '../../client/src/index.js';
import type { MessageView, MyGroupView, Page } from '../../contract/views.js';
import type { ApiAnswer } from '../support/api-client.js';
import { ProcessYard } from '../support/confab-process.js';
import { CuttableNetwork } from '../support/cuttable-network.js';
import { enginePidOf, killDatabaseUntilNoticed, statusOf } from '../support/engine-of.js';
import { eventually } from '../support/eventually.js';
import { claimsOf, forgeToken } from '../support/forged-token.js';
import { freePort } from '../../tools/support/free-port.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { forAll, readLog } from '../support/read-log.js';

const counts = { before: 30, creates: 300, own: 10, edits: 50, reactions: 20, deletes: 40, restores: 15 };
const total = counts.before + counts.creates + counts.own;
/** Of the messages before, those that the client shows when it goes away. */
const shown = 20;

/** With this, what was missed is some 700 kB in three answers of `sync`, after 100 kB of offline messages. */
const contentLength = 1500;
const bytesUntilKill = 250_000;

/** Of an access token that ends while the client is away. */
const tokenLifeS = 6;

const patienceMs = 40_000;
const reconnect = { minDelayMs: 20, maxDelayMs: 200 };

/** Looks up whom to kill; what it gives kills at once, and resolves when there is a server with a database again. */
type Aim = () => Promise<() => Promise<void>>;

describe('a client that was away', () => {
  const yard = new ProcessYard();
  const networks: CuttableNetwork[] = [];
  const clients: ConfabClient[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    for (const network of networks.splice(0)) await network.close();
    await yard.clear();
  });

  it.each(['server', 'database'] as const)(
    'shows what a fresh read shows though the %s was killed in the middle of the work and of the catch-up',
    async (victim) => {
      const environment = {
        DATA_DIR: await yard.folder(),
        PORT: await freePort(),
        JWT_SECRET: randomUUID(),
        RATE_LIMIT_ENABLED: 'false',
        DEFAULT_DATA: 'false',
      };
      const { url, aim } = await start(environment, victim);
      const app = { url, api: `${url}/api/v1` };
      const [ada, cyd, bob] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
      const { id } = await ada.createGroup({ memberIds: [bob.id, cyd.id] });
      const before: MessageView[] = [];
      for (const content of texts('before', counts.before)) before.push(await ada.sendMessage(id, content));

      const network = await CuttableNetwork.to(url);
      networks.push(network);
      const accessToken = shortLived(bob.tokens.accessToken, environment.JWT_SECRET);
      const client = clientOf(network.url, { ...bob.tokens, accessToken });
      let renewals = 0;
      client.on('tokens', () => (renewals += 1));
      const heard: number[] = [];
      client.on('new_message', ({ message }) => heard.push(message.seq));
      await client.connect();
      const group = client.group(id);
      await group.loadOlder(shown);

      network.cut();
      await eventually(() => client.state !== 'online');
      const own = Promise.all(texts('written while away', counts.own).map((content) => group.send(content)));
      const sent = await create([ada, cyd], id, aim);
      await change([...before, ...sent], [ada, cyd, bob], aim);
      await eventually(async () => (await bob.api.as(accessToken).get('/users/me')).status === 401);
      expect([group.messages.length, group.pending.length]).toEqual([shown, counts.own]);

      const kill = await aim();
      network.mend();
      await network.passed(bytesUntilKill);
      const overcome = kill();
      expect([client.state, group.lastSeq]).toEqual(['online', counts.before]);
      await overcome;

      await eventually(() => group.lastSeq === total, patienceMs);
      await expectEachStoredOnce(bob, id, [...before, ...sent, ...(await own)]);
      await group.loadOlder(counts.before);
      await expectShown(group, bob);
      const toBeHeard = group.messages.filter(({ seq, isDeleted }) => seq > counts.before && !isDeleted);
      expect(heard.toSorted((a, b) => a - b)).toEqual(toBeHeard.map(({ seq }) => seq));
      expect(renewals).toBeGreaterThan(0);
    },
    5 * patienceMs,
  );

  async function start(
    environment: Readonly<Record<string, string>>,
    victim: 'server' | 'database',
  ): Promise<{ url: string; aim: Aim }> {
    let server = yard.start(environment);
    const url = await server.ready();
    const killServer = async () => {
      server.signal('SIGKILL');
      await server.ended();
      server = yard.start(environment);
      await server.ready();
    };
    const killDatabase = async (pid: number) => {
      process.kill(pid, 'SIGKILL');
      await killDatabaseUntilNoticed(server, url, patienceMs);
      await eventually(async () => (await statusOf(url)) === 200, patienceMs);
    };
    const aim: Aim = async () => {
      if (victim === 'server') return killServer;
      const pid = await eventually(() => enginePidOf(server));
      return () => killDatabase(pid);
    };
    return { url, aim };
  }

  function clientOf(url: string, credentials: Person['tokens']): ConfabClient {
    const client = new ConfabClient({ url, credentials, reconnect });
    clients.push(client);
    return client;
  }

  /** Everything is written by clients that are there all the time, in turn. A third of the way the blow falls. */
  async function create(writers: readonly Person[], groupId: string, aim: Aim): Promise<MessageView[]> {
    const groups = await Promise.all(
      writers.map(async ({ app, tokens }) => {
        const client = clientOf(app.url, tokens);
        await client.connect();
        return client.group(groupId);
      }),
    );
    const kill = await aim();
    let stored = 0;
    const sent = Promise.all(
      texts('during', counts.creates).map(async (content, index) => {
        const message = await groups[index % groups.length]!.send(content);
        expect(message.content).toBe(content);
        stored += 1;
        return message;
      }),
    );
    await eventually(() => stored >= counts.creates / 3);
    await kill();
    return sent;
  }

  /** Over REST, each change again and again until it is answered. In the middle of the edits the blow falls. */
  async function change(all: readonly MessageView[], [ada, cyd, bob]: readonly Person[], aim: Aim): Promise<void> {
    const authorOf = ({ senderId }: MessageView) => (senderId === ada!.id ? ada! : cyd!).api;
    const deleted = pick(all, counts.deletes, 7);
    const changes: (() => Promise<ApiAnswer>)[] = [
      ...pick(all, counts.edits, 3).map(
        (message) => () => authorOf(message).put(`/messages/${message.id}`, { content: aText('edited') }),
      ),
      ...pick(all, counts.reactions, 11).map(
        ({ id, seq }) =>
          () =>
            (seq % 2 === 0 ? ada! : bob!).api.put(`/messages/${id}/reactions/${encodeURIComponent('👍')}`),
      ),
      ...deleted.map((message) => () => authorOf(message).delete(`/messages/${message.id}`)),
      ...deleted
        .slice(0, counts.restores)
        .map((message) => () => authorOf(message).post(`/messages/${message.id}/restore`)),
    ];
    const kill = await aim();
    let overcome: Promise<void> | undefined;
    for (const [index, one] of changes.entries()) {
      const answered = untilAnswered(one);
      if (index === counts.edits / 2) overcome = kill();
      await answered;
    }
    await overcome;
  }
});

/** Repeats a request while the server cannot be reached, or says that it has no database. */
async function untilAnswered(request: () => Promise<ApiAnswer>): Promise<void> {
  const { status, body } = await eventually(async () => {
    const answer = await request();
    return answer.status !== 503 && answer;
  }, patienceMs);
  if (status >= 300) throw new Error(`a change was refused with ${status}: ${JSON.stringify(body)}`);
}

async function expectEachStoredOnce(reader: Person, groupId: string, sent: readonly MessageView[]): Promise<void> {
  const log = await readLog(reader.api, groupId);
  expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  const identify = ({ id, seq, clientMessageId }: MessageView) => ({ id, seq, clientMessageId });
  expect(sent.map(identify).sort((a, b) => a.seq - b.seq)).toEqual(log.map(identify));
  // Each one's messages in the order in which he sent them.
  for (const senderId of new Set(sent.map((message) => message.senderId))) {
    const seqs = sent.filter((message) => message.senderId === senderId).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  }
}

/** The client shows what REST shows. */
async function expectShown(group: Group, { api }: Person): Promise<void> {
  const log = await readLog(api, group.id);
  expect(group.messages.map(forAll)).toEqual(log.map(forAll));
  expect(log.filter(({ isEdited }) => isEdited).length).toBeGreaterThan(counts.edits / 2);
  expect(log.filter(({ isDeleted }) => isDeleted)).toHaveLength(counts.deletes - counts.restores);
  const { items } = expectStatus(await api.get<Page<MyGroupView>>('/groups'), 200);
  expect([group.unread, group.mentions]).toEqual([items[0]!.unreadCount, items[0]!.mentionCount]);
}

/** Long texts, numbered. */
function texts(about: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => aText(`${about} ${index + 1}`));
}

function aText(about: string): string {
  return `${about} `.padEnd(contentLength, '.');
}

/** `count` different messages, spread by a step. */
function pick(messages: readonly MessageView[], count: number, step: number): MessageView[] {
  return Array.from({ length: count }, (_, index) => messages[((index + 1) * step) % messages.length]!);
}

/** The same token with an end that comes soon. */
function shortLived(token: string, secret: string): string {
  const iat = Math.floor(Date.now() / 1000);
  return forgeToken({ ...claimsOf(token), iat, exp: iat + tokenLifeS }, { secret });
}
