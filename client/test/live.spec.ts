import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { eventually } from '../../test/support/eventually.js';
import { aPerson, type Person } from '../../test/support/people.js';
import { startTestApp, type TestApp } from '../../test/support/test-app.js';
import { ConfabClient, type MessageView } from '../src/index.js';

describe('a client of a server that is up', () => {
  let app: TestApp;
  const clients: ConfabClient[] = [];

  beforeAll(async () => {
    app = await startTestApp();
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  afterAll(() => app.stop());

  async function clientOf({ username, password }: Person): Promise<ConfabClient> {
    const client = await ConfabClient.connect({ url: app.url, credentials: { login: username, password } });
    clients.push(client);
    return client;
  }

  it('connects with a login, knows whose it is and which groups there are', async () => {
    const ada = await aPerson(app);
    const group = await ada.createGroup();
    const client = await clientOf(ada);
    expect(client.userId).toBe(ada.id);
    expect(client.groupIds).toEqual([group.id]);
    expect(client.state).toBe('online');
  });

  it('is refused with a typed problem when the password is wrong', async () => {
    const ada = await aPerson(app);
    const refused = ConfabClient.connect({
      url: app.url,
      credentials: { login: ada.username, password: 'wrong horse' },
    });
    await expect(refused).rejects.toMatchObject({ name: 'ProblemError', code: 'invalid_credentials', status: 401 });
  });

  it('sends messages in order and shows them to both sides, with edits, deletions and restorations folded in', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    const [adasClient, bobsClient] = await Promise.all([clientOf(ada), clientOf(bob)]);
    const [adas, bobs] = [adasClient.group(id), bobsClient.group(id)];

    const sent = await Promise.all(['one', 'two', 'three', 'four'].map((content) => adas.send(content)));
    expect(sent.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    await eventually(() => bobs.messages.length === 4);

    await adasClient.request('edit_message', { messageId: sent[0]!.id, content: 'ONE' });
    await adasClient.request('delete_message', { messageId: sent[1]!.id });
    await adasClient.request('delete_message', { messageId: sent[2]!.id });
    await adasClient.request('restore_message', { messageId: sent[2]!.id });
    await eventually(() => adas.messages[2]?.rev === 8 && bobs.messages[2]?.rev === 8);
    for (const group of [adas, bobs]) {
      expect(group.messages.map(({ content }) => content)).toEqual(['ONE', null, 'three', 'four']);
    }
  });

  it('counts unread messages and mentions exactly, and less after reading', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    for (const content of ['one', `two @${bob.username}`]) await ada.sendMessage(id, content);
    const group = (await clientOf(bob)).group(id);
    expect([group.unread, group.mentions]).toEqual([2, 1]);

    await ada.sendMessage(id, 'three');
    const fourth = await ada.sendMessage(id, `four @${bob.username}`);
    await bob.sendMessage(id, 'mine does not count');
    await eventually(() => group.messages.length === 3);
    expect([group.unread, group.mentions]).toEqual([4, 2]);

    await group.markRead(2);
    expect([group.unread, group.mentions]).toEqual([2, 1]);
    await ada.api.delete(`/messages/${fourth.id}`);
    await eventually(() => group.unread === 1);
    expect(group.mentions).toBe(0);
    await group.markRead();
    expect(group.unread).toBe(0);
  });

  it('corrects the count when a message is deleted that it never loaded', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    const first = await ada.sendMessage(id);
    await ada.sendMessage(id);
    const group = (await clientOf(bob)).group(id);
    expect(group.unread).toBe(2);
    await ada.api.delete(`/messages/${first.id}`);
    await eventually(() => group.unread === 1);
  });

  it('loads older messages page by page, up to the first', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    for (let number = 1; number <= 7; number += 1) await ada.sendMessage(id, `message ${number}`);
    const group = (await clientOf(bob)).group(id);
    expect([group.messages.length, group.hasOlder]).toEqual([0, true]);
    expect(await group.loadOlder(5)).toBe(5);
    expect(group.messages.map(({ seq }) => seq)).toEqual([3, 4, 5, 6, 7]);
    expect(await group.loadOlder(5)).toBe(2);
    expect(group.messages.map(({ content }) => content?.at(-1))).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(group.hasOlder).toBe(false);
    expect(group.unread).toBe(7);
  });

  it('knows of its own reactions though events go to everyone alike, also after a restoration', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    const [adasClient, bobsClient] = await Promise.all([clientOf(ada), clientOf(bob)]);
    const [adas, bobs] = [adasClient.group(id), bobsClient.group(id)];
    const { id: messageId } = await adas.send('react to this');

    await bobsClient.request('react', { messageId, emoji: '👍' });
    await eventually(() => adas.messages[0]?.rev === 2 && bobs.messages[0]?.rev === 2);
    expect(bobs.messages[0]?.reactions).toEqual([{ emoji: '👍', count: 1, mine: true }]);
    expect(adas.messages[0]?.reactions).toEqual([{ emoji: '👍', count: 1, mine: false }]);

    await adasClient.request('react', { messageId, emoji: '👍' });
    await adasClient.request('delete_message', { messageId });
    await adasClient.request('restore_message', { messageId });
    for (const group of [adas, bobs]) {
      await eventually(() => group.messages[0]?.rev === 5 && group.messages[0].reactions[0]?.mine !== null);
      expect(group.messages[0]?.reactions).toEqual([{ emoji: '👍', count: 2, mine: true }]);
    }
  });

  it('shows who is typing, but not oneself', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    const [adas, bobs] = (await Promise.all([clientOf(ada), clientOf(bob)])).map((client) => client.group(id));
    adas!.setTyping();
    await eventually(() => bobs!.typing.length === 1);
    expect(bobs!.typing).toEqual([ada.id]);
    expect(adas!.typing).toEqual([]);
    await adas!.send('done');
    await eventually(() => bobs!.typing.length === 0);
  });

  it('follows a group from the moment it is added, from its first message on, until it is removed', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const client = await clientOf(bob);
    const heard: MessageView[] = [];
    client.on('new_message', ({ message }) => heard.push(message));

    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    const first = await ada.sendMessage(id, 'first');
    await eventually(() => heard.length === 1);
    expect(heard[0]?.id).toBe(first.id);
    const group = client.group(id);
    await eventually(() => group.unread === 1);
    await group.loadOlder();
    expect(group.messages.map(({ content }) => content)).toEqual(['first']);

    await ada.api.delete(`/groups/${id}/members/${bob.id}`);
    await eventually(() => group.isLeft);
    expect(client.groupIds).toEqual([]);
  });

  it('says of a group that is not mine that it is not', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = await ada.createGroup();
    const group = (await clientOf(bob)).group(id);
    await expect(group.loadOlder()).rejects.toMatchObject({ code: 'not_a_member' });
    expect(group.isLeft).toBe(true);
    await expect(group.send('let me in')).rejects.toMatchObject({ code: 'not_a_member', status: 403 });
  });

  it('tells listeners of a group once for all that changed in one go, and no more after they went', async () => {
    const ada = await aPerson(app);
    const { id } = await ada.createGroup();
    const group = (await clientOf(ada)).group(id);
    let changes = 0;
    const off = group.onChange(() => (changes += 1));
    await group.send('one');
    expect(changes).toBeGreaterThan(0);
    off();
    const before = changes;
    await group.send('two');
    expect([changes, group.messages.length]).toEqual([before, 2]);
  });

  it('tells the senders what has been delivered', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    const [adasClient] = await Promise.all([clientOf(ada), clientOf(bob)]);
    const delivered: number[] = [];
    adasClient.on('delivered', ({ userId, seq }) => {
      if (userId === bob.id) delivered.push(seq);
    });
    await adasClient.group(id).send('did you get this?');
    await eventually(() => delivered.includes(1));
  });

  it('refuses what waits when it is closed, and everything after that', async () => {
    const ada = await aPerson(app);
    const { id } = await ada.createGroup();
    const client = await clientOf(ada);
    const group = client.group(id);
    const waiting = group.send('too late');
    client.close();
    await expect(waiting).rejects.toMatchObject({ code: 'closed' });
    await expect(client.connect()).rejects.toMatchObject({ code: 'closed' });
    expect(client.state).toBe('closed');
  });
});
