import { afterEach, describe, expect, it } from '@jest/globals';

import { Cluster } from '../support/cluster.js';
import { CuttableNetwork } from '../support/cuttable-network.js';
import { eventually } from '../support/eventually.js';
import { RecordedConversation } from '../support/history/recorded-conversation.js';
import type { PlainSocket } from '../support/plain-socket.js';

const patienceMs = 120_000;
/** Several times as long as a node may be silent before it is taken for dead. */
const stopMs = 20_000;

describe('a cluster of three nodes', () => {
  let cluster: Cluster;
  let conversation: RecordedConversation;
  afterEach(async () => {
    conversation.close();
    await cluster.stop();
  });

  async function start(): Promise<void> {
    cluster = await Cluster.start(3);
    const people = await Promise.all([0, 1, 2, 0, 1, 2].map((node) => cluster.person(node)));
    conversation = await RecordedConversation.among(people);
    conversation.talk();
    await said(50);
  }

  /** Waits until so many more messages were acknowledged. */
  async function said(more: number): Promise<void> {
    const goal = conversation.acknowledged + more;
    await eventually(() => conversation.acknowledged >= goal, 30_000);
  }

  /** Someone at the second node listens to the conversation, whose owner is at the first. */
  async function startWithGuest(): Promise<{ remove: () => Promise<void>; expectNothingNew: () => Promise<void> }> {
    await start();
    const { groupId, owner } = conversation;
    const guest = await cluster.person(1);
    const path = `/groups/${groupId}/members/${guest.id}`;
    await owner.api.put(path, {});
    const socket = await guest.connectPlain();
    return {
      remove: async () => {
        expect((await owner.api.delete(path)).status).toBe(204);
      },
      expectNothingNew: () => expectNothingNew(socket, groupId),
    };
  }

  async function health(): Promise<{ status: string }> {
    const answer = await fetch(`${cluster.nodes[0]!.url}/health`);
    return (await answer.json()) as { status: string };
  }

  it(
    'keeps all promises while Redis is killed and comes back',
    async () => {
      await start();
      for (let round = 0; round < 2; round += 1) {
        await cluster.redis.kill();
        await eventually(async () => (await health()).status === 'degraded');
        await said(100);
        await cluster.redis.start();
        await eventually(async () => (await health()).status === 'ok');
        await said(100);
      }
      expect(await conversation.settle()).toEqual([]);
      expect(conversation.failures).toEqual([]);
    },
    patienceMs,
  );

  it(
    'holds a removal without Redis, too',
    async () => {
      const guest = await startWithGuest();
      await cluster.redis.kill();
      await guest.remove();
      await guest.expectNothingNew();
      await cluster.redis.start();
      expect(await conversation.settle()).toEqual([]);
    },
    patienceMs,
  );

  it(
    'holds a removal, and keeps all promises, while Redis is stopped and continues',
    async () => {
      const guest = await startWithGuest();
      cluster.redis.signal('SIGSTOP');
      await guest.remove();
      await said(50);
      await eventually(async () => (await health()).status === 'degraded', stopMs);
      cluster.redis.signal('SIGCONT');
      await guest.expectNothingNew();
      await eventually(async () => (await health()).status === 'ok', stopMs);
      expect(await conversation.settle()).toEqual([]);
    },
    patienceMs,
  );

  it(
    'waits with a removal for a node that is stopped until that may not pass anything on',
    async () => {
      const guest = await startWithGuest();
      const stoppedAt = performance.now();
      cluster.nodes[1]!.process.signal('SIGSTOP');
      await guest.remove();
      await eventually(() => performance.now() - stoppedAt > stopMs, 2 * stopMs);
      cluster.nodes[1]!.process.signal('SIGCONT');
      await guest.expectNothingNew();
      expect(await conversation.settle()).toEqual([]);
    },
    patienceMs,
  );

  it(
    'lets a node that was cut off from everything look up what it missed before it passes anything on',
    async () => {
      await start();
      const databaseUri = await cluster.database.ready();
      const [redis, database] = await Promise.all(
        [cluster.redis.url, databaseUri].map((url) => CuttableNetwork.to(url)),
      );
      const [bob, cleo, ada] = [await cluster.person(0), await cluster.person(0), conversation.owner];
      try {
        cluster.nodes.push(
          await cluster.startNode({
            REDIS_URL: redis!.url.replace('http:', 'redis:'),
            MONGODB_URI: databaseUri.replace(new URL(databaseUri).host, new URL(database!.url).host),
          }),
        );
        const { id } = await ada.createGroup({ memberIds: [bob.id, cleo.id] });
        const [adaThere, bobThere] = [cluster.at(3, ada), cluster.at(3, bob)];
        // So many that it takes a while to bring them up to date.
        const sockets = await Promise.all(Array.from({ length: 15 }, () => bobThere.connectPlain()));
        redis!.cut();
        database!.cut();
        // The first one waits until the node may not pass anything on, the second one does not wait for it any more.
        for (const removed of [cleo, bob])
          expect((await ada.api.delete(`/groups/${id}/members/${removed.id}`)).status).toBe(204);
        database!.mend();
        // As soon as the node can, and until it has told everyone where everything stands.
        await eventually(async () => {
          await adaThere.api.post(`/groups/${id}/messages`, { content: 'a secret' });
          return sockets.every((socket) => !socket.isOpen || socket.all('connected').length > 1);
        }, stopMs);
        const heard = sockets.flatMap((socket) => socket.all('new_message'));
        expect(heard.filter(({ message }) => message.groupId === id)).toEqual([]);
      } finally {
        await Promise.all([redis, database].map((network) => network!.close()));
      }
    },
    patienceMs,
  );

  it(
    'keeps all promises when a node is killed, and says everywhere that its users are gone',
    async () => {
      await start();
      const [eve, ada, bob] = await Promise.all([2, 0, 1].map((node) => cluster.person(node)));
      const { id: groupId } = await ada!.createGroup({ memberIds: [eve!.id, bob!.id] });
      const watchers = [await ada!.connect(), await bob!.connectPlain()];
      await eve!.connect();
      const heard = (presence: 'online' | 'offline') =>
        watchers.every((watcher) =>
          watcher.all('presence').some((news) => news.userId === eve!.id && news.presence === presence),
        );
      await eventually(() => heard('online'));
      const { port } = new URL(cluster.nodes[2]!.url);
      cluster.nodes[2]!.process.signal('SIGKILL');
      await said(100);
      await eventually(() => heard('offline'));
      for (const watcher of watchers) {
        const left = await watcher.next('user_left', ({ userId }) => userId === eve!.id);
        expect(left).toEqual({ groupId, userId: eve!.id, connectionCount: 2 });
      }
      for (const [node, person] of [ada!, bob!].entries()) {
        const { body } = await cluster.at(node, person).api.get<{ presence: string }>(`/users/${eve!.id}`);
        expect(body.presence).toBe('offline');
      }
      cluster.nodes[2] = await cluster.startNode({ PORT: port });
      expect(await conversation.settle()).toEqual([]);
    },
    patienceMs,
  );

  /** Whoever was removed is sent nothing that is accepted from now on. */
  async function expectNothingNew(socket: PlainSocket, groupId: string): Promise<void> {
    const before = new Set(conversation.history.entries.filter(({ kind }) => kind === 'send'));
    await said(50);
    const later = conversation.history.entries.filter((entry) => entry.kind === 'send' && !before.has(entry));
    const texts = new Set(later.map((entry) => (entry.kind === 'send' ? entry.content : '')));
    await socket.settled();
    const heard = socket.all('new_message').filter(({ message }) => message.groupId === groupId);
    expect(heard.filter(({ message }) => texts.has(message.content ?? ''))).toEqual([]);
  }
});
