import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { closeCodes } from '../../contract/close-codes.js';
import type { MessagePage, MessageView } from '../../contract/views.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { accepted } from '../support/transports.js';

describe('a plain WebSocket to one group', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ WS_MAX_CONNECTIONS_PER_USER: '100' });
  });
  afterAll(() => app.stop());

  const aTable = async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const [group, other] = await Promise.all([
      ada.createGroup({ memberIds: [bob.id] }),
      ada.createGroup({ memberIds: [bob.id] }),
    ]);
    return { ada, bob, group, other };
  };
  const scoped = (person: Person, groupId: string, query = '') =>
    person.connectPlain({ path: `/ws/groups/${groupId}${query}` });

  it('is told of this group only, and hears this group only', async () => {
    const { ada, bob, group, other } = await aTable();
    const socket = await scoped(bob, group.id);
    expect(socket.all('connected')[0]?.groups.map(({ id }) => id)).toEqual([group.id]);
    await ada.sendMessage(other.id);
    const heard = await ada.sendMessage(group.id);
    const added = await ada.createGroup({ memberIds: [bob.id] });
    await ada.sendMessage(added.id);
    await socket.settled();
    expect(socket.all('new_message').map(({ message }) => message.id)).toEqual([heard.id]);
    expect(socket.all('group_created')).toEqual([]);
    for (const person of [ada, bob]) person.disconnect();
  });

  it('hears a mention from another group all the same', async () => {
    const { ada, bob, group, other } = await aTable();
    const socket = await scoped(bob, group.id);
    const sent = await ada.sendMessage(other.id, `@${bob.username}, come here`);
    expect(await socket.next('mention')).toEqual({ message: { ...sent, status: null } });
    for (const person of [ada, bob]) person.disconnect();
  });

  it('replays with since what is new, changed and deleted, in the order of rev, before anything live', async () => {
    const { ada, bob, group } = await aTable();
    const kept = await ada.sendMessage(group.id, 'kept');
    const edited = await ada.sendMessage(group.id, 'edited');
    const deleted = await ada.sendMessage(group.id, 'deleted');
    const since = 3;
    const fresh = await ada.sendMessage(group.id, 'fresh');
    await ada.api.put(`/messages/${edited.id}`, { content: 'edited now' });
    await ada.api.delete(`/messages/${deleted.id}`);
    const gone = await ada.sendMessage(group.id, 'came and went');
    await ada.api.delete(`/messages/${gone.id}`);
    await bob.api.put(`/messages/${kept.id}/reactions/${encodeURIComponent('👍')}`);
    const socket = await scoped(bob, group.id, `?since=${since}`);
    const live = await ada.sendMessage(group.id, 'live');
    await socket.next('new_message', ({ message }) => message.id === live.id);

    const told = socket.frames.flatMap((frame): [string, string, number][] => {
      if (frame.type === 'new_message' || frame.type === 'message_updated') {
        return [[frame.type, frame.message.id, frame.message.rev]];
      }
      return frame.type === 'message_deleted' ? [[frame.type, frame.messageId, frame.rev]] : [];
    });
    expect(told).toEqual([
      ['new_message', fresh.id, 4],
      ['message_updated', edited.id, 5],
      ['message_deleted', deleted.id, 6],
      ['message_deleted', gone.id, 8],
      ['message_updated', kept.id, 9],
      ['new_message', live.id, 10],
    ]);
    const [change] = socket.all('message_updated');
    expect(change?.message).toMatchObject({ content: 'edited now', isEdited: true });
    // What is replayed is for this client alone, so it says what is mine.
    expect(socket.all('message_updated')[1]?.message.reactions).toEqual([{ emoji: '👍', count: 1, mine: true }]);
    expect(socket.all('message_deleted')[0]).toMatchObject({ deletedBy: ada.id, groupId: group.id, seq: 3 });
    for (const person of [ada, bob]) person.disconnect();
  });

  it('replays a long absence whole and in order, while others write on', async () => {
    const { ada, bob, group } = await aTable();
    const writer = await ada.connect();
    const send = (content: string) => writer.send('message', { groupId: group.id, content }).then(accepted);
    await Promise.all(Array.from({ length: 250 }, (_, index) => send(`message ${index}`)));
    const over = new AbortController();
    const writing = (async () => {
      let last = await send('meanwhile');
      while (!over.signal.aborted) last = await send('meanwhile');
      return last;
    })();
    const sockets = await Promise.all([0, 100, 249].map((since) => scoped(bob, group.id, `?since=${since}`)));
    over.abort();
    const { rev } = await writing;
    for (const [index, since] of [0, 100, 249].entries()) {
      await sockets[index]!.next('new_message', ({ message }) => message.rev === rev);
      const revs = sockets[index]!.all('new_message').map(({ message }) => message.rev);
      expect(revs).toEqual(Array.from({ length: rev - since }, (_, place) => since + 1 + place));
    }
    for (const person of [ada, bob]) person.disconnect();
  });

  it('replays nothing when nothing has changed', async () => {
    const { ada, bob, group } = await aTable();
    await ada.sendMessage(group.id);
    const socket = await scoped(bob, group.id, '?since=1');
    await socket.settled();
    expect(socket.received.map(({ event }) => event).filter((event) => event.includes('message'))).toEqual([]);
    for (const person of [ada, bob]) person.disconnect();
  });

  it('says that a since from the future is not of this log, instead of replaying a part of it', async () => {
    const { ada, bob, group } = await aTable();
    await ada.sendMessage(group.id);
    const socket = await scoped(bob, group.id, '?since=2');
    expect(await socket.next('error')).toMatchObject({ code: 'gone', status: 410 });
    // Coming back in the same way would end in the same way.
    expect(await socket.closed()).toBe(closeCodes.protocol_error);
    expect(socket.all('new_message')).toEqual([]);
    for (const person of [ada, bob]) person.disconnect();
  });

  it('sends with history so many of the newest messages first, oldest of them first', async () => {
    const { ada, bob, group } = await aTable();
    const sent: MessageView[] = [];
    for (const content of ['one', 'two', 'three', 'four']) sent.push(await ada.sendMessage(group.id, content));
    await ada.api.delete(`/messages/${sent[2]!.id}`);
    // What was delivered already is sent as well, as it was asked for.
    await bob.api.put(`/groups/${group.id}/delivered`, { seq: 4 });
    const socket = await scoped(bob, group.id, '?history=2');
    await socket.settled();
    expect(socket.all('offline_message').map(({ message }) => message.content)).toEqual(['two', 'four']);
    const { items } = expectStatus(await bob.api.get<MessagePage>(`/groups/${group.id}/messages?limit=2`), 200);
    expect(socket.all('offline_message').map(({ message }) => message)).toEqual(items.toReversed());
    const none = await scoped(bob, group.id, '?history=0');
    await none.settled();
    expect(none.all('offline_message')).toEqual([]);
    for (const person of [ada, bob]) person.disconnect();
  });

  it('hears nothing more of the group when its user is removed, and stays open', async () => {
    const { ada, bob, group } = await aTable();
    const socket = await scoped(bob, group.id);
    await ada.api.delete(`/groups/${group.id}/members/${bob.id}`);
    await ada.sendMessage(group.id, 'he is gone');
    await socket.settled();
    expect(socket.all('member_removed')).toHaveLength(1);
    expect(socket.all('new_message')).toEqual([]);
    for (const person of [ada, bob]) person.disconnect();
  });

  it('hears it again when its user comes back', async () => {
    const { ada, bob, group } = await aTable();
    const socket = await scoped(bob, group.id);
    await ada.api.delete(`/groups/${group.id}/members/${bob.id}`);
    await ada.api.put(`/groups/${group.id}/members/${bob.id}`, {});
    const sent = await ada.sendMessage(group.id, 'welcome back');
    expect((await socket.next('new_message')).message.id).toBe(sent.id);
    for (const person of [ada, bob]) person.disconnect();
  });
});
