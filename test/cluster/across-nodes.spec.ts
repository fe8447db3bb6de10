import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Cluster } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { transports } from '../support/transports.js';

describe('two nodes', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.start(2);
  });
  afterAll(() => cluster.stop());

  it.each(transports)('carry a message to who is connected to the other one over %s', async (_name, connect) => {
    const [ada, bob] = await Promise.all([cluster.person(0), cluster.person(1)]);
    const socket = await connect(bob);
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    await socket.next('group_created');
    const sent = await ada.sendMessage(id);
    expect((await socket.next('new_message')).message).toMatchObject({ id: sent.id, content: sent.content });
  });

  it('tell each other of who types, who is there and who has read', async () => {
    const [ada, bob] = await Promise.all([cluster.person(0), cluster.person(1)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    const adas = await ada.connect();
    const bobs = await bob.connect();
    await eventually(() =>
      adas.all('presence').some(({ userId, presence }) => userId === bob.id && presence === 'online'),
    );
    await bobs.send('typing', { groupId: id });
    expect(await adas.next('typing')).toEqual({ groupId: id, userIds: [bob.id] });
    const { seq } = await ada.sendMessage(id);
    await bobs.next('new_message');
    await bobs.send('read', { groupId: id, seq });
    expect(await adas.next('read')).toMatchObject({ groupId: id, userId: bob.id, seq });
    const { body } = await cluster.at(1, ada).api.get<{ presence: string }>(`/users/${ada.id}`);
    expect(body.presence).toBe('online');
    bobs.close();
    await eventually(() =>
      adas.all('presence').some(({ userId, presence }) => userId === bob.id && presence === 'offline'),
    );
  });

  it.each(transports)(
    'let nothing through to a removed member over %s once it was acknowledged',
    async (_name, connect) => {
      const [ada, bob] = await Promise.all([cluster.person(0), cluster.person(1)]);
      const { id } = await ada.createGroup({ memberIds: [bob.id] });
      const socket = await connect(bob);
      for (let round = 0; round < 20; round += 1) {
        expect((await ada.api.delete(`/groups/${id}/members/${bob.id}`)).status).toBe(204);
        const secret = await cluster.at(1, ada).sendMessage(id, `secret ${round}`);
        expect((await ada.api.put(`/groups/${id}/members/${bob.id}`, {})).status).toBe(201);
        const open = await ada.sendMessage(id, `open ${round}`);
        await eventually(() => socket.all('new_message').some(({ message }) => message.id === open.id));
        expect(socket.all('new_message').map(({ message }) => message.id)).not.toContain(secret.id);
      }
    },
  );

  it('refuse at once what a role or a block does not allow any more', async () => {
    const [ada, bob, cleo] = await Promise.all([cluster.person(0), cluster.person(1), cluster.person(0)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id, cleo.id] });
    const direct = await bob.api.put<{ id: string }>(`/groups/direct/${ada.id}`);
    for (let round = 0; round < 10; round += 1) {
      await ada.api.put(`/groups/${id}/members/${bob.id}`, { role: 'moderator' });
      expect((await bob.api.patch(`/groups/${id}`, { description: `round ${round}` })).status).toBe(200);
      await ada.api.put(`/groups/${id}/members/${bob.id}`, { role: 'member' });
      expect((await bob.api.patch(`/groups/${id}`, { description: 'no' })).status).toBe(403);
      await bob.sendMessage(direct.body.id);
      await ada.api.put(`/users/me/blocks/${bob.id}`);
      expect((await bob.api.post(`/groups/${direct.body.id}/messages`, { content: 'no' })).status).toBe(403);
      await ada.api.delete(`/users/me/blocks/${bob.id}`);
    }
  });

  it('end a session everywhere before its end is acknowledged', async () => {
    const ada = await cluster.person(0);
    const elsewhere = cluster.at(1, ada);
    const socket = await elsewhere.connect();
    expect((await elsewhere.api.get('/users/me')).status).toBe(200);
    expect((await ada.api.post('/auth/logout')).status).toBe(204);
    expect((await elsewhere.api.get('/users/me')).status).toBe(401);
    await eventually(() => !socket.isOpen);
    expect(socket.all('session_revoked')).toEqual([{ reason: 'logout' }]);
  });
});
