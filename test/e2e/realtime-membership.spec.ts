import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { GroupDetailView, GroupView } from '../../contract/views.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import type { TestSocket } from '../support/test-socket.js';

describe('a change of membership and the sockets that are open', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  const threePeople = async () => {
    const people = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
    const sockets = await Promise.all(people.map((person) => person.connect()));
    return { people, sockets, leave: () => people.forEach((person) => person.disconnect()) } as {
      people: [Person, Person, Person];
      sockets: [TestSocket, TestSocket, TestSocket];
      leave: () => void;
    };
  };
  /** Whether a socket receives the group, shown by a message in it. */
  const receives = async (socket: TestSocket, sender: Person, groupId: string) => {
    const sent = await sender.sendMessage(groupId);
    // Another way to the same socket: what was on its way before has arrived then.
    await app.agreed();
    await socket.settled();
    return socket.all('new_message').some(({ message }) => message.id === sent.id);
  };
  const groupView = ({ role: _role, otherUser: _otherUser, ...view }: GroupDetailView): GroupView => view;

  /** Made, and known to every node: what is done next may be done at another one. */
  const groupOf = async (owner: Person, request: Parameters<Person['createGroup']>[0]) => {
    const group = await owner.createGroup(request);
    await app.agreed();
    return group;
  };

  it('tells every member of a new group, and they receive it at once', async () => {
    const {
      people: [ada, bob],
      sockets,
      leave,
    } = await threePeople();
    const group = await groupOf(ada, { memberIds: [bob.id] });
    const [adas, bobs, cleos] = sockets;
    for (const socket of [adas, bobs]) expect(await socket.next('group_created')).toEqual({ group: groupView(group) });
    expect(await receives(bobs, ada, group.id)).toBe(true);
    expect(await receives(adas, bob, group.id)).toBe(true);
    await cleos.settled();
    expect(cleos.received.map(({ event }) => event)).toEqual(['connected', 'pong']);
    leave();
  });

  it('tells both of a new direct conversation, once', async () => {
    const {
      people: [ada, bob],
      sockets: [adas, bobs],
      leave,
    } = await threePeople();
    const [one, other] = await Promise.all([
      ada.api.put<GroupDetailView>(`/groups/direct/${bob.id}`),
      bob.api.put<GroupDetailView>(`/groups/direct/${ada.id}`),
    ]);
    expect([one.status, other.status].sort()).toEqual([200, 201]);
    expect(one.body.id).toBe(other.body.id);
    for (const socket of [adas, bobs]) expect((await socket.next('group_created')).group.id).toBe(one.body.id);
    expect(await receives(bobs, ada, one.body.id)).toBe(true);
    for (const socket of [adas, bobs]) expect(socket.all('group_created')).toHaveLength(1);
    leave();
  });

  it('tells everyone of who joins a channel, the newcomer too, and he receives it at once', async () => {
    const {
      people: [ada, bob],
      sockets: [adas, bobs],
      leave,
    } = await threePeople();
    const channel = await groupOf(ada, { kind: 'channel' });
    expect(await receives(bobs, ada, channel.id)).toBe(false);
    expectStatus(await bob.api.post(`/groups/${channel.id}/join`), 200);
    const joined = { groupId: channel.id, userId: bob.id, role: 'member', by: bob.id };
    for (const socket of [adas, bobs]) expect(await socket.next('member_added')).toEqual(joined);
    expect(await receives(bobs, ada, channel.id)).toBe(true);
    expectStatus(await bob.api.post(`/groups/${channel.id}/join`), 200);
    await adas.settled();
    expect(adas.all('member_added')).toHaveLength(1);
    leave();
  });

  it('tells everyone of who is added, gets another role, and is removed', async () => {
    const {
      people: [ada, bob, cleo],
      sockets: [adas, bobs, cleos],
      leave,
    } = await threePeople();
    const { id: groupId } = await groupOf(ada, { memberIds: [bob.id] });
    const path = `/groups/${groupId}/members/${cleo.id}`;
    expectStatus(await ada.api.put(path, {}), 201);
    for (const socket of [adas, bobs, cleos]) {
      expect(await socket.next('member_added')).toEqual({ groupId, userId: cleo.id, role: 'member', by: ada.id });
    }
    expect(await receives(cleos, ada, groupId)).toBe(true);
    expectStatus(await ada.api.put(path, { role: 'moderator' }), 200);
    for (const socket of [adas, bobs, cleos]) {
      expect(await socket.next('member_updated')).toEqual({ groupId, userId: cleo.id, role: 'moderator', by: ada.id });
    }
    expectStatus(await ada.api.delete(path), 204);
    for (const socket of [adas, bobs, cleos]) {
      expect(await socket.next('member_removed')).toEqual({ groupId, userId: cleo.id, role: 'moderator', by: ada.id });
    }
    expect(await receives(cleos, ada, groupId)).toBe(false);
    expect(await receives(bobs, ada, groupId)).toBe(true);
    leave();
  });

  it('tells of both roles when a group is handed over', async () => {
    const {
      people: [ada, bob],
      sockets: [, bobs],
      leave,
    } = await threePeople();
    const { id: groupId } = await groupOf(ada, { memberIds: [bob.id] });
    expectStatus(await ada.api.put(`/groups/${groupId}/members/${bob.id}`, { role: 'owner' }), 200);
    await bobs.next('member_updated', ({ userId }) => userId === ada.id);
    expect(bobs.all('member_updated')).toEqual([
      { groupId, userId: bob.id, role: 'owner', by: ada.id },
      { groupId, userId: ada.id, role: 'moderator', by: ada.id },
    ]);
    leave();
  });

  it('ends for every socket of who leaves, and only for his', async () => {
    const {
      people: [ada, bob, cleo],
      sockets: [adas, bobs, cleos],
      leave,
    } = await threePeople();
    const { id: groupId } = await groupOf(ada, { memberIds: [bob.id, cleo.id] });
    const second = await (await bob.logInAgain()).connect();
    expectStatus(await bob.api.post(`/groups/${groupId}/leave`), 204);
    for (const socket of [adas, bobs, cleos, second]) {
      expect(await socket.next('member_removed')).toEqual({ groupId, userId: bob.id, role: 'member', by: bob.id });
    }
    expect(await receives(bobs, ada, groupId)).toBe(false);
    expect(await receives(second, ada, groupId)).toBe(false);
    expect(await receives(cleos, ada, groupId)).toBe(true);
    expect(await bobs.send('message', { groupId, content: 'still here?' })).toMatchObject({
      ok: false,
      error: { code: 'not_a_member' },
    });
    second.close();
    leave();
  });

  it('ends for everyone when the group is deleted', async () => {
    const {
      people: [ada, bob],
      sockets: [adas, bobs, cleos],
      leave,
    } = await threePeople();
    const { id: groupId } = await groupOf(ada, { memberIds: [bob.id] });
    expectStatus(await ada.api.delete(`/groups/${groupId}`), 204);
    for (const socket of [adas, bobs]) expect(await socket.next('group_deleted')).toEqual({ groupId });
    const content = 'into the void';
    expect(await bobs.send('message', { groupId, content })).toMatchObject({ error: { code: 'not_found' } });
    await adas.settled();
    expect(adas.all('new_message')).toEqual([]);
    await cleos.settled();
    expect(cleos.all('group_deleted')).toEqual([]);
    leave();
  });

  it('lets nothing through to the removed one that was accepted after the removal was acknowledged', async () => {
    const {
      people: [ada, bob, cleo],
      sockets: [adas, bobs, cleos],
      leave,
    } = await threePeople();
    for (let round = 1; round <= 5; round += 1) {
      const { id: groupId } = await groupOf(ada, { memberIds: [bob.id, cleo.id] });
      let isRemoved = false;
      const acceptedLater = new Set<string>();
      const write = async (socket: TestSocket) => {
        // A few more when he is gone: those are what must not arrive.
        for (let left = 5; left > 0;) {
          const isLater = isRemoved;
          const sent = await socket.send('message', { groupId, content: 'on and on' });
          if (!isLater) continue;
          left -= 1;
          if (sent.ok) acceptedLater.add(sent.data.id);
        }
      };
      const writing = [adas, adas, cleos, cleos].map(write);
      await bobs.next('new_message', ({ message }) => message.groupId === groupId && message.seq > 10);
      expectStatus(await ada.api.delete(`/groups/${groupId}/members/${bob.id}`), 204);
      isRemoved = true;
      await Promise.all(writing);
      await bobs.settled();
      expect(acceptedLater.size).toBe(20);
      expect(bobs.all('new_message').filter(({ message }) => acceptedLater.has(message.id))).toEqual([]);
      const events = bobs.received.filter(({ payload }) => 'message' in payload || 'role' in payload);
      expect(events.at(-1)?.event).toBe('member_removed');
    }
    leave();
  });
});
