import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { MyGroupView, Page } from '../../contract/views.js';
import { aPerson } from '../support/people.js';
import { RawSocket } from '../support/raw-socket.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import type { TestSocket } from '../support/test-socket.js';

describe('a socket that connects', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({
      WS_MAX_CONNECTIONS_PER_USER: '100',
      WS_PING_INTERVAL: '12345',
      WS_PONG_TIMEOUT: '6789',
    });
  });
  afterAll(() => app.stop());

  it('is told first of all who it is, how the heart beats, and where each of its groups stands', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const read = await ada.createGroup({ memberIds: [bob.id] });
    const unread = await ada.createGroup({ memberIds: [bob.id] });
    const empty = await bob.createGroup({ kind: 'channel' });
    await ada.createGroup({ kind: 'channel' });
    const [first, second] = [await ada.sendMessage(read.id), await ada.sendMessage(read.id)];
    await bob.sendMessage(read.id);
    await ada.sendMessage(unread.id);
    await bob.api.put(`/groups/${read.id}/read`, { seq: first.seq });
    await ada.api.delete(`/messages/${second.id}`);
    await ada.sendMessage(read.id);

    const socket = await bob.connect();
    expect(socket.received[0]?.event).toBe('connected');
    const { groups, ...rest } = socket.all('connected')[0]!;
    expect(rest).toEqual({
      connectionId: socket.socket.id,
      userId: bob.id,
      heartbeat: { interval: 12345, timeout: 6789 },
      serverTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    expect(groups.toSorted(byId)).toEqual(
      [
        // Four messages and one delete; of the two above the marker that are not his own, one is deleted.
        {
          id: read.id,
          epoch: read.epoch,
          rev: 5,
          lastSeq: 4,
          lastReadSeq: 1,
          unreadCount: 1,
          unreadCapped: false,
          mentionCount: 0,
        },
        {
          id: unread.id,
          epoch: unread.epoch,
          rev: 1,
          lastSeq: 1,
          lastReadSeq: 0,
          unreadCount: 1,
          unreadCapped: false,
          mentionCount: 0,
        },
        {
          id: empty.id,
          epoch: empty.epoch,
          rev: 0,
          lastSeq: 0,
          lastReadSeq: 0,
          unreadCount: 0,
          unreadCapped: false,
          mentionCount: 0,
        },
      ].toSorted(byId),
    );
    const { body } = await bob.api.get<Page<MyGroupView>>('/groups');
    for (const { id, rev, lastSeq, lastReadSeq, unreadCount } of body.items) {
      expect(groups.find((group) => group.id === id)).toMatchObject({ rev, lastSeq, lastReadSeq, unreadCount });
    }
    bob.disconnect();
  });

  it('is told of no groups when it has none', async () => {
    const ada = await aPerson(app);
    const socket = await ada.connect();
    expect(socket.all('connected')[0]?.groups).toEqual([]);
    ada.disconnect();
  });

  it('gets everything after its snapshot and nothing twice, however many write while it connects', async () => {
    const [ada, bob, cleo] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
    const group = await ada.createGroup({ memberIds: [bob.id, cleo.id] });
    const writer = await ada.connect();
    let isWriting = true;
    const write = async () => {
      while (isWriting) {
        const sent = await writer.send('message', { groupId: group.id, content: 'one more' });
        if (!sent.ok) throw new Error(sent.error.detail);
        // Changes take places in the log as well.
        await ada.api.put(`/messages/${sent.data.id}`, { content: 'changed' });
        await ada.api.delete(`/messages/${sent.data.id}`);
      }
    };
    const writing = Promise.all([write(), write(), write(), write()]);

    const sockets: TestSocket[] = [];
    for (let round = 1; round <= 8; round += 1) {
      const readers = [bob, cleo, bob, cleo, bob];
      sockets.push(...(await Promise.all(readers.map((reader) => reader.connect()))));
    }
    isWriting = false;
    await writing;
    const { body } = await ada.api.get<{ rev: number }>(`/groups/${group.id}/messages`);
    await Promise.all(sockets.map((socket) => socket.settled()));

    const snapshots = new Set<number>();
    for (const socket of sockets) {
      expect(socket.received[0]?.event).toBe('connected');
      const start = socket.all('connected')[0]!.groups[0]!.rev;
      snapshots.add(start);
      const expected = Array.from({ length: body.rev - start }, (_, index) => start + 1 + index);
      expect(revsOf(socket)).toEqual(expected);
    }
    // Else they did not connect while the log grew, and this proved nothing.
    expect(snapshots.size).toBeGreaterThan(8);
    for (const person of [ada, bob, cleo]) person.disconnect();
  });

  it('receives a group that it joins while it connects, whichever is first', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    for (let round = 1; round <= 10; round += 1) {
      const channel = await ada.createGroup({ kind: 'channel' });
      const [socket] = await Promise.all([bob.connect(), bob.api.post(`/groups/${channel.id}/join`)]);
      const sent = await ada.sendMessage(channel.id);
      expect((await socket.next('new_message')).message).toEqual({ ...sent, status: null });
      socket.close();
    }
  });

  it('receives nothing of a group that it is removed from while it connects', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    for (let round = 1; round <= 10; round += 1) {
      const group = await ada.createGroup({ memberIds: [bob.id] });
      const [socket] = await Promise.all([bob.connect(), ada.api.delete(`/groups/${group.id}/members/${bob.id}`)]);
      await ada.sendMessage(group.id);
      await socket.settled();
      expect(socket.all('new_message')).toEqual([]);
      socket.close();
    }
  });

  it('may be too early with its events before `connected`, and is told so', async () => {
    const ada = await aPerson(app);
    const group = await ada.createGroup();
    const socket = await RawSocket.open(app.url);
    socket.send(`40${JSON.stringify({ token: ada.tokens.accessToken })}`);
    await socket.frame(/^40/);
    socket.send(`421${JSON.stringify(['message', { groupId: group.id, content: 'early' }])}`);
    const answer = (await socket.content(/^431/)) as [{ ok: boolean; error?: { code: string } }];
    // The snapshot may have been faster: then the message was stored. Nothing else may happen.
    if (!answer[0].ok) expect(answer[0].error).toMatchObject({ code: 'unavailable', retryAfter: 1 });
    await socket.frame(/^42\["connected"/);
    const { body } = await ada.api.get<{ lastSeq: number }>(`/groups/${group.id}/messages`);
    expect(body.lastSeq).toBe(answer[0].ok ? 1 : 0);
    socket.close();
  });
});

/** The places in the log of everything that a socket received, in the order of arrival. */
function revsOf(socket: TestSocket): number[] {
  return socket.received.flatMap(({ event, payload }) => {
    if (event === 'new_message' || event === 'message_updated') return [payload.message.rev];
    return event === 'message_deleted' ? [payload.rev] : [];
  });
}
