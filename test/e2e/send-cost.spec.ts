import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { addCrowd } from '../support/crowd.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

describe('what a message costs', () => {
  let app: TestApp;
  const commands: string[] = [];

  beforeAll(async () => {
    // Command monitoring is on only where commands are logged.
    app = await startTestApp({ LOG_DB_QUERIES: 'true' });
    app.connection.getClient().on('commandStarted', ({ commandName, command }) => {
      // The index of words follows later and by itself, many messages at once.
      if (!isOfSearch(command)) commands.push(commandName);
    });
  });
  afterAll(() => app.stop());

  it.each([2, 20])('is one write and no read in a group of %i members, once the caches are warm', async (size) => {
    const owner = await aPerson(app);
    const others = await Promise.all(Array.from({ length: size - 1 }, () => aPerson(app)));
    const group = await owner.createGroup({ memberIds: others.map(({ id }) => id) });
    await expectOneWriteEach(group.id, owner, others);
  });

  it('is as little in a direct conversation, though each may have blocked the other', async () => {
    const [ada, bob, cleo] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
    expectStatus(await bob.api.put(`/users/me/blocks/${cleo.id}`), 204);
    const { id } = expectStatus(await ada.api.put<{ id: string }>(`/groups/direct/${bob.id}`), 201);
    await expectOneWriteEach(id, ada, [bob]);
  });

  it('is the same in a group of ten and of two thousand members, over REST and with a mention as well', async () => {
    const owner = await aPerson(app);
    const costs: string[][] = [];
    for (const size of [10, 2000]) {
      const member = await aPerson(app);
      const group = await owner.createGroup({ memberIds: [member.id] });
      await addCrowd(app, group, size - 2);
      commands.length = 0;
      // The first one of all finds the caches cold.
      for (const content of ['Good morning', 'Good evening', `@${member.username}, are you there?`]) {
        await owner.sendMessage(group.id, content);
      }
      costs.push(commands.filter((name) => !['hello', 'ping', 'endSessions'].includes(name)));
    }
    expect(costs[1]).toEqual(costs[0]);
    expect(costs[0]!.filter((name) => name === 'insert')).toHaveLength(3);
  });

  async function expectOneWriteEach(groupId: string, owner: Person, others: Person[]): Promise<void> {
    const sockets = await Promise.all([owner, ...others].map((person) => person.connect()));
    const [sender, listener] = sockets;
    if (sender === undefined || listener === undefined) throw new Error('two sockets are open');
    await sender.send('message', { groupId, content: 'warms the caches' });
    // The news of who has come is on its way for a moment after connecting, and asks the database.
    await Promise.all(sockets.map((socket) => socket.settled()));
    await listener.next('new_message');

    commands.length = 0;
    for (let count = 1; count <= 5; count += 1) {
      const answer = await sender.send('message', { groupId, content: `message ${String(count)}` });
      expect(answer.ok).toBe(true);
    }
    expect(commands.filter((name) => !['hello', 'ping', 'endSessions'].includes(name))).toEqual(
      Array.from({ length: 5 }, () => 'insert'),
    );
    for (const socket of sockets) socket.close();
  }
});

function isOfSearch(command: Record<string, unknown>): boolean {
  return Object.values(command).some((value) => typeof value === 'string' && value.startsWith('search_'));
}
