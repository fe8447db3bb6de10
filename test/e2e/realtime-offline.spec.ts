import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import { eventually } from '../support/eventually.js';
import { aPerson, type Person } from '../support/people.js';
import type { ChatClient } from '../support/plain-socket.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { accepted, transports } from '../support/transports.js';

describe.each(transports)('what arrived while a client was away, over %s', (_name, connect) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ WS_MAX_CONNECTIONS_PER_USER: '100' });
  });
  afterAll(() => app.stop());

  const aTable = async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    return { ada, bob, id };
  };
  const leave = (...people: Person[]) => {
    for (const person of people) person.disconnect();
  };
  const contents = (client: ChatClient) => client.all('offline_message').map(({ message }) => message.content);

  it('is told on connecting, oldest first, by others only and without what is deleted', async () => {
    const { ada, bob, id } = await aTable();
    await ada.sendMessage(id, 'one');
    await bob.sendMessage(id, 'my own');
    const deleted = await ada.sendMessage(id, 'deleted');
    const edited = await ada.sendMessage(id, 'edited');
    await ada.api.delete(`/messages/${deleted.id}`);
    await ada.api.put(`/messages/${edited.id}`, { content: 'edited since' });
    const client = await connect(bob);
    await client.settled();
    expect(contents(client)).toEqual(['one', 'edited since']);
    expect(client.received[0]?.event).toBe('connected');
    const { body } = await bob.api.get(`/messages/${edited.id}`);
    expect(client.all('offline_message')[1]).toEqual({ message: body });
    leave(ada, bob);
  });

  it('is told until it is marked as delivered, or read', async () => {
    const { ada, bob, id } = await aTable();
    for (const content of ['one', 'two', 'three']) await ada.sendMessage(id, content);
    const expectTold = async (expected: string[]) => {
      const client = await connect(bob);
      await client.settled();
      expect(contents(client)).toEqual(expected);
      client.close();
    };
    await expectTold(['one', 'two', 'three']);
    // Having been told is not yet having it.
    await expectTold(['one', 'two', 'three']);
    await bob.api.put(`/groups/${id}/delivered`, { seq: 1 });
    await expectTold(['two', 'three']);
    await bob.api.put(`/groups/${id}/read`, { seq: 2 });
    await expectTold(['three']);
    await bob.api.put(`/groups/${id}/delivered`, { seq: 3 });
    await expectTold([]);
    leave(ada, bob);
  });

  it('is the newest fifty of each group', async () => {
    const { ada, bob, id } = await aTable();
    const { id: other } = await ada.createGroup({ memberIds: [bob.id] });
    const adas = await ada.connect();
    const send = (groupId: string, content: string) => adas.send('message', { groupId, content }).then(accepted);
    const most = limits.offline.maxMessagesPerGroup;
    await Promise.all(Array.from({ length: most + 20 }, (_, index) => send(id, `message ${index + 1}`)));
    await Promise.all(Array.from({ length: most - 1 }, (_, index) => send(other, `message ${index + 1}`)));
    const client = await connect(bob);
    await client.settled();
    const told = (groupId: string) =>
      client.all('offline_message').flatMap(({ message }) => (message.groupId === groupId ? [message.seq] : []));
    expect(told(id)).toEqual(Array.from({ length: most }, (_, index) => index + 21));
    expect(told(other)).toEqual(Array.from({ length: most - 1 }, (_, index) => index + 1));
    leave(ada, bob);
  });

  /** The places of all messages that a client was told of, in the order of arrival. */
  const seqsOf = ({ received }: ChatClient) =>
    received.flatMap(({ event, payload }) =>
      event === 'offline_message' || event === 'new_message' ? [payload.message.seq] : [],
    );

  it('comes before anything live, nothing is missing between the two and nothing comes twice', async () => {
    const { ada, bob, id } = await aTable();
    const adas = await ada.connect();
    const send = () => adas.send('message', { groupId: id, content: 'one more' }).then(accepted);
    let isWriting = true;
    const write = async () => {
      let last = await send();
      while (isWriting) last = await send();
      return last.seq;
    };
    const writing = Promise.all([write(), write()]);
    const clients: ChatClient[] = [];
    for (let round = 1; round <= 8; round += 1) {
      clients.push(...(await Promise.all([connect(bob), connect(bob)])));
    }
    isWriting = false;
    const last = Math.max(...(await writing));
    for (const client of clients) {
      // The last one may have come early enough to be told of.
      const seqs = await eventually(() => seqsOf(client).includes(last) && seqsOf(client));
      expect(seqs).toEqual(Array.from({ length: last - seqs[0]! + 1 }, (_, index) => seqs[0]! + index));
      const { lastSeq } = client.all('connected')[0]!.groups[0]!;
      const told = client.all('offline_message').map(({ message }) => message.seq);
      const upTo = told.at(-1) ?? 0;
      expect(upTo).toBeGreaterThanOrEqual(lastSeq);
      expect(told).toHaveLength(Math.min(upTo, limits.offline.maxMessagesPerGroup));
    }
    leave(ada, bob);
  });

  it('is nothing of a group that one is removed from while one connects', async () => {
    const { ada, bob } = await aTable();
    for (let round = 1; round <= 5; round += 1) {
      const { id } = await ada.createGroup({ memberIds: [bob.id] });
      await ada.sendMessage(id, 'before');
      const [client] = await Promise.all([connect(bob), ada.api.delete(`/groups/${id}/members/${bob.id}`)]);
      await ada.sendMessage(id, 'after');
      await client.settled();
      expect(contents(client)).not.toContain('after');
      client.close();
    }
    leave(ada, bob);
  });
});
