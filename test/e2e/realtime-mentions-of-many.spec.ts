import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import type { GroupDetailView, MessageView, MyGroupView, Page } from '../../contract/views.js';
import { eventually } from '../support/eventually.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { transports } from '../support/transports.js';

describe('@all and @here', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  /** Ada owns the group, Bob moderates it, Cleo is a member, and Dora is not. */
  const aTable = async () => {
    const [ada, bob, cleo, dora] = await Promise.all([aPerson(app), aPerson(app), aPerson(app), aPerson(app)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id, cleo.id] });
    await ada.api.put(`/groups/${id}/members/${bob.id}`, { role: 'moderator' });
    return { ada, bob, cleo, dora, id };
  };
  const counts = async (person: Person, id: string) => {
    const { items } = expectStatus(await person.api.get<Page<MyGroupView>>('/groups'), 200);
    const { unreadCount, mentionCount } = items.find((group) => group.id === id)!;
    return { unreadCount, mentionCount };
  };
  const get = async (person: Person, { id }: MessageView) =>
    expectStatus(await person.api.get<MessageView>(`/messages/${id}`), 200);
  const edit = async (person: Person, { id }: MessageView, content: string) =>
    expectStatus(await person.api.put<MessageView>(`/messages/${id}`, { content }), 200);

  /** Adds members whom nobody needs to know, as the database has them. */
  const fill = async (id: string, count: number) => {
    const memberships = app.connection.collection<Record<string, unknown> & { _id: string }>('memberships');
    const one = await memberships.findOne({ groupId: id, role: 'member' });
    await memberships.insertMany(
      Array.from({ length: count }, () => {
        const userId = crypto.randomUUID();
        return { ...one, _id: `${id}:${userId}`, userId };
      }),
    );
  };

  describe('@all', () => {
    it('mentions everyone when an owner or a moderator says it, in any case of letters', async () => {
      const { ada, bob, cleo, id } = await aTable();
      expect(await ada.sendMessage(id, '@all: good morning')).toMatchObject({ mentionsEveryone: true, mentions: [] });
      expect(await bob.sendMessage(id, `@ALL and @${cleo.username}`)).toMatchObject({
        mentionsEveryone: true,
        mentions: [cleo.id],
      });
      expect(await ada.sendMessage(id, 'in code: `@all`')).toMatchObject({ mentionsEveryone: false });
      expect(await counts(cleo, id)).toEqual({ unreadCount: 3, mentionCount: 2 });
      expect(await counts(ada, id)).toEqual({ unreadCount: 1, mentionCount: 1 });
    });

    it('is a word like any other when a member says it', async () => {
      const { ada, cleo, id } = await aTable();
      expect(await cleo.sendMessage(id, '@all: good morning')).toMatchObject({ mentionsEveryone: false, mentions: [] });
      expect(await counts(ada, id)).toEqual({ unreadCount: 1, mentionCount: 0 });
    });

    it('stores one word, whatever the number of members', async () => {
      const { ada, id } = await aTable();
      await fill(id, 300);
      const { id: messageId } = await ada.sendMessage(id, '@all');
      const stored = await app.connection.collection<{ _id: string }>('messages').findOne({ _id: messageId });
      expect(stored).toMatchObject({ mentions: ['everyone'] });
    });

    it('comes and goes with an edit, and with a deletion', async () => {
      const { ada, cleo, id } = await aTable();
      const message = await ada.sendMessage(id, 'good morning');
      expect(await edit(ada, message, '@all: good morning')).toMatchObject({ mentionsEveryone: true });
      expect(await counts(cleo, id)).toMatchObject({ mentionCount: 1 });
      await ada.api.delete(`/messages/${message.id}`);
      expect(await get(cleo, message)).toMatchObject({ mentionsEveryone: false });
      expect(await counts(cleo, id)).toMatchObject({ mentionCount: 0 });
      await ada.api.post(`/messages/${message.id}/restore`);
      expect(await counts(cleo, id)).toMatchObject({ mentionCount: 1 });
      await edit(ada, message, 'good morning');
      expect(await counts(cleo, id)).toMatchObject({ mentionCount: 0 });
    });

    it('is of both people in a direct conversation', async () => {
      const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
      const { id } = expectStatus(await ada.api.put<GroupDetailView>(`/groups/direct/${bob.id}`), 201);
      expect(await bob.sendMessage(id, '@all')).toMatchObject({ mentionsEveryone: true });
    });

    describe.each(transports)('over %s', (_name, connect) => {
      it('is told by mention to each member of a small group, subscribed or not, and to nobody else', async () => {
        const { ada, bob, cleo, dora, id } = await aTable();
        const [adas, bobs, cleos, doras] = await Promise.all([ada, bob, cleo, dora].map(connect));
        await cleos!.send('unsubscribe', { channel: `group:${id}` });
        const { id: messageId } = await ada.sendMessage(id, `@all and @${bob.username}`);
        for (const client of [bobs!, cleos!]) {
          expect(await client.next('mention')).toMatchObject({ message: { id: messageId, mentionsEveryone: true } });
        }
        await Promise.all([adas!, bobs!, cleos!, doras!].map((client) => client.settled()));
        expect([adas!, bobs!, cleos!, doras!].map((client) => client.all('mention').length)).toEqual([0, 1, 1, 0]);
        for (const person of [ada, bob, cleo, dora]) person.disconnect();
      });

      it('is told by new_message alone in a larger group', async () => {
        const { ada, bob, id } = await aTable();
        await fill(id, limits.audience.maxMembers);
        const client = await connect(bob);
        await ada.sendMessage(id, '@all');
        expect(await client.next('new_message')).toMatchObject({ message: { mentionsEveryone: true } });
        await client.settled();
        expect(client.all('mention')).toEqual([]);
        bob.disconnect();
      });
    });
  });

  describe('@here', () => {
    it('names the members who are online, whoever says it, and not the one who says it', async () => {
      const { ada, bob, cleo, dora, id } = await aTable();
      expect((await ada.sendMessage(id, '@here')).mentions).toEqual([]);
      const [bobs] = await Promise.all([bob, cleo, dora].map((person) => person.connect()));
      const said = await cleo.sendMessage(id, '@Here, look');
      expect(said).toMatchObject({ mentions: [bob.id], mentionsEveryone: false });
      expect(await bobs!.next('mention')).toMatchObject({ message: { id: said.id } });
      expect(await counts(bob, id)).toMatchObject({ mentionCount: 1 });
      expect(await counts(ada, id)).toMatchObject({ mentionCount: 0 });
      for (const person of [bob, cleo, dora]) person.disconnect();
      await eventually(async () => ((await ada.sendMessage(id, '@here')).mentions.length === 0 ? true : undefined));
    });

    it('names after an edit whom it named before', async () => {
      const { ada, bob, cleo, id } = await aTable();
      await bob.connect();
      const message = await ada.sendMessage(id, '@here, lok');
      bob.disconnect();
      await cleo.connect();
      expect((await edit(ada, message, '@here, look')).mentions).toEqual([bob.id]);
      expect((await edit(ada, message, 'look')).mentions).toEqual([]);
      expect((await edit(ada, message, '@here?')).mentions).toContain(cleo.id);
      cleo.disconnect();
    });
  });
});

describe('a mention of someone whose membership is not in memory', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  it('is told all the same, unless he was removed', async () => {
    const [ada, bob, cleo] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id, cleo.id] });
    const [bobs, cleos] = await Promise.all([bob.connect(), cleo.connect()]);
    // A change of his role is one of the ways in which what was known of him is forgotten between send and store.
    await Promise.all(
      Array.from({ length: 10 }, async (_, count) => {
        await Promise.all([
          ada.sendMessage(id, `@${bob.username} and @${cleo.username}: ${count}`),
          ada.api.put(`/groups/${id}/members/${bob.id}`, { role: count % 2 === 0 ? 'moderator' : 'member' }),
        ]);
      }),
    );
    await eventually(() => (bobs.all('mention').length === 10 ? true : undefined));
    await eventually(() => (cleos.all('mention').length === 10 ? true : undefined));
    await ada.api.delete(`/groups/${id}/members/${cleo.id}`);
    await ada.sendMessage(id, `@${bob.username} and @${cleo.username}`);
    await eventually(() => (bobs.all('mention').length === 11 ? true : undefined));
    await cleos.settled();
    expect(cleos.all('mention')).toHaveLength(10);
    for (const person of [bob, cleo]) person.disconnect();
  });
});
