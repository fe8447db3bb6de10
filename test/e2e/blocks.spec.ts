import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import type { BlockView, GroupDetailView, MessagePage, MyGroupView, Page } from '../../contract/views.js';
import { BlocksRepository } from '../../src/users/blocks.repository.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { accepted, transports } from '../support/transports.js';
import { walkPages } from '../support/walk-pages.js';

describe('a user who is blocked', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  const block = async (by: Person, { id }: Person) => {
    expectStatus(await by.api.put(`/users/me/blocks/${id}`), 204);
  };
  const unblock = async (by: Person, { id }: Person) => {
    expectStatus(await by.api.delete(`/users/me/blocks/${id}`), 204);
  };
  /** Two with a direct conversation and a message of each in it. */
  const aPair = async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { body } = await ada.api.put<GroupDetailView>(`/groups/direct/${bob.id}`);
    const [adas, bobs] = [await ada.sendMessage(body.id), await bob.sendMessage(body.id)];
    return { ada, bob, groupId: body.id, adas, bobs };
  };
  const blockedBy = (person: Person) => walkPages<BlockView>(person.api, '/users/me/blocks?limit=2');

  it('is on the list of the one who blocked him, until he is taken off it; each as often as one likes', async () => {
    const ada = await aPerson(app);
    expect(await blockedBy(ada)).toEqual([]);
    const people: Person[] = [];
    for (let count = 0; count < 5; count += 1) people.push(await aPerson(app));
    for (const person of people) await block(ada, person);
    await block(ada, people[0]!);
    const list = await blockedBy(ada);
    expect(list.map(({ user }) => user.id)).toEqual(people.map(({ id }) => id).toReversed());
    expect(list[0]).toEqual({
      user: expect.objectContaining({ username: people[4]!.username, presence: 'offline' }),
      createdAt: expect.any(String),
    });
    await unblock(ada, people[2]!);
    await unblock(ada, people[2]!);
    expect((await blockedBy(ada)).map(({ user }) => user.id)).not.toContain(people[2]!.id);
    expect(await blockedBy(people[0]!)).toEqual([]);
  });

  it('is somebody else who exists', async () => {
    const ada = await aPerson(app);
    expectProblem(await ada.api.put(`/users/me/blocks/${ada.id}`), 'validation_failed');
    expectProblem(await ada.api.put(`/users/me/blocks/${randomUUID()}`), 'not_found');
    expectStatus(await ada.api.delete(`/users/me/blocks/${randomUUID()}`), 204);
  });

  it('is nobody whose account was deleted, nor is in that moment', async () => {
    const [ada, bob, cleo] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
    const leave = async ({ api, password }: Person) =>
      expectStatus(await api.request('DELETE', '/users/me', { password }), 204);
    await leave(bob);
    expectProblem(await ada.api.put(`/users/me/blocks/${bob.id}`), 'not_found');
    // On each node, as it is not known which one is asked.
    for (const blocks of app.nodes.map((node) => node.get(BlocksRepository))) {
      const real = blocks.insert.bind(blocks);
      blocks.insert = async (...block) => {
        Reflect.deleteProperty(blocks, 'insert');
        await leave(cleo);
        return real(...block);
      };
    }
    expectProblem(await ada.api.put(`/users/me/blocks/${cleo.id}`), 'not_found');
    expect(await app.connection.collection('blocks').countDocuments({ blockerId: ada.id })).toBe(0);
    for (const blocks of app.nodes.map((node) => node.get(BlocksRepository))) Reflect.deleteProperty(blocks, 'insert');
  });

  it('is one of at most so many', async () => {
    const [ada, bob, cleo] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
    await block(ada, bob);
    await app.connection.collection<{ _id: string } & Record<string, unknown>>('blocks').insertMany(
      Array.from({ length: limits.blocks.maxBlocks - 1 }, () => {
        const blockedId = randomUUID();
        return { _id: `${ada.id}:${blockedId}`, blockerId: ada.id, blockedId, createdAt: new Date() };
      }),
    );
    expectProblem(await ada.api.put(`/users/me/blocks/${cleo.id}`), 'conflict');
    await block(ada, bob);
    await unblock(ada, bob);
    await block(ada, cleo);
  });

  it('cannot open a direct conversation, nor can the one who blocked him', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    await block(ada, bob);
    const refused = expectProblem(await bob.api.put(`/groups/direct/${ada.id}`), 'forbidden');
    expect(refused.detail).toBe('This user takes no messages from you.');
    const own = expectProblem(await ada.api.put(`/groups/direct/${bob.id}`), 'forbidden');
    expect(own.detail).toBe('You have blocked this user: take that back to write to him.');
    expect(await app.connection.collection('memberships').countDocuments({ userId: bob.id })).toBe(0);
    await unblock(ada, bob);
    expectStatus(await bob.api.put(`/groups/direct/${ada.id}`), 201);
  });

  describe.each(transports)('over %s', (_name, connect) => {
    it('cannot put anything before the eyes of the other, nor the other before his; both can read', async () => {
      const { ada, bob, groupId, adas, bobs } = await aPair();
      expectStatus(await bob.api.delete(`/messages/${bobs.id}`), 204);
      expectStatus(await ada.api.delete(`/messages/${adas.id}`), 204);
      const living = await ada.sendMessage(groupId);
      const sockets = await Promise.all([connect(ada), connect(bob)]);
      await block(ada, bob);
      for (const socket of sockets) {
        const own = socket === sockets[0] ? adas : bobs;
        const attempts = [
          socket.send('message', { groupId, content: 'Hello?' }),
          socket.send('edit_message', { messageId: living.id, content: 'Hello?' }),
          socket.send('restore_message', { messageId: own.id }),
          socket.send('react', { messageId: living.id, emoji: '👍' }),
          socket.send('typing', { groupId }),
        ];
        for (const answer of await Promise.all(attempts)) {
          expect(answer).toMatchObject({ ok: false, error: { code: 'forbidden' } });
        }
        accepted(await socket.send('read', { groupId, seq: 3 }));
        await socket.settled();
        expect(socket.all('new_message')).toEqual([]);
        expect(socket.all('message_updated')).toEqual([]);
        expect(socket.all('typing')).toEqual([]);
      }
      for (const person of [ada, bob]) {
        expectProblem(await person.api.post(`/groups/${groupId}/messages`, { content: 'Hello?' }), 'forbidden');
        expectProblem(await person.api.put(`/messages/${living.id}/pin`), 'forbidden');
        expectStatus(await person.api.put(`/groups/direct/${(person === ada ? bob : ada).id}`), 200);
        const page = expectStatus(await person.api.get<MessagePage>(`/groups/${groupId}/messages`), 200);
        expect(page.items.map(({ id }) => id)).toEqual([living.id]);
        const mine = expectStatus(await person.api.get<Page<MyGroupView>>('/groups'), 200);
        expect(mine.items.map(({ id }) => id)).toContain(groupId);
      }
      // What takes something away is nobody's burden.
      accepted(await sockets[0].send('delete_message', { messageId: living.id }));

      await unblock(ada, bob);
      accepted(await sockets[1].send('message', { groupId, content: 'Hello!' }));
      await sockets[0].next('new_message');
      for (const socket of sockets) socket.close();
    });

    it('writes on in shared groups, and his mentions there reach the other as messages only', async () => {
      const [ada, bob, cleo] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
      const { id: groupId } = await cleo.createGroup({ memberIds: [ada.id, bob.id] });
      await block(ada, bob);
      const [adas, bobs] = await Promise.all([connect(ada), connect(bob)]);
      const content = `@${ada.username} and @${cleo.username}: look`;
      const cleos = await connect(cleo);
      const { id } = accepted(await bobs.send('message', { groupId, content }));
      const received = await adas.next('new_message');
      expect(received.message).toMatchObject({ id, content, mentions: expect.arrayContaining([ada.id]) });
      expect((await cleos.next('mention')).message.id).toBe(id);
      await adas.settled();
      expect(adas.all('mention')).toEqual([]);
      // The other way round nothing stands in the way, and others are heard.
      accepted(await adas.send('message', { groupId, content: `@${bob.username}!` }));
      await bobs.next('mention');
      accepted(await cleos.send('message', { groupId, content: `@${ada.username}?` }));
      expect((await adas.next('mention')).message.senderId).toBe(cleo.id);

      await unblock(ada, bob);
      accepted(await bobs.send('message', { groupId, content }));
      await adas.next('mention', ({ message }) => message.senderId === bob.id);
      for (const socket of [adas, bobs, cleos]) socket.close();
    });
  });

  it('is refused from the moment at which the block is acknowledged, also in the midst of his messages', async () => {
    const { ada, bob, groupId } = await aPair();
    const socket = await bob.connect();
    const adas = await ada.connect();
    const block = { isAcknowledged: false };
    const answers: { isAfter: boolean; isAccepted: boolean }[] = [];
    const flood = (async () => {
      do {
        const isAfter = block.isAcknowledged;
        const content = `message ${String(answers.length)}`;
        const { ok } = await socket.send('message', { groupId, content });
        answers.push({ isAfter, isAccepted: ok });
      } while (answers.length < 500 && answers.at(-1)?.isAccepted === true);
    })();
    await adas.next('new_message');
    expectStatus(await ada.api.put(`/users/me/blocks/${bob.id}`), 204);
    block.isAcknowledged = true;
    await flood;
    expect(answers.at(-1)).toMatchObject({ isAccepted: false });
    expect(answers.filter(({ isAfter, isAccepted }) => isAfter && isAccepted)).toEqual([]);
    for (const one of [socket, adas]) one.close();
  });
});
