import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { MessageView, MyGroupView, Page } from '../../contract/views.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { accepted, transports } from '../support/transports.js';

describe('a mention', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  const aTable = async () => {
    const [ada, bob, cleo] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    return { ada, bob, cleo, id };
  };
  const mentionsIn = async (by: Person, id: string, content: string) => (await by.sendMessage(id, content)).mentions;

  it('is of members of the group, in any case of letters, each once', async () => {
    const { ada, bob, cleo, id } = await aTable();
    expect(await mentionsIn(ada, id, `@${bob.username}`)).toEqual([bob.id]);
    expect(await mentionsIn(ada, id, `Good morning, @${bob.username.toUpperCase()}!`)).toEqual([bob.id]);
    expect(await mentionsIn(ada, id, `(@${bob.username}) @${bob.username}: @${bob.username}.`)).toEqual([bob.id]);
    expect(await mentionsIn(ada, id, `@${cleo.username} is not here, and @nobody-of-this-name`)).toEqual([]);
    const both = await mentionsIn(bob, id, `@${ada.username} and @${bob.username}`);
    expect(both.toSorted()).toEqual([ada.id, bob.id].toSorted());
  });

  it('is none in code, in an address, or in the middle of a word', async () => {
    const { ada, bob, id } = await aTable();
    const name = `@${bob.username}`;
    for (const content of [
      `\`${name}\``,
      `\`\`\`\n${name}\n\`\`\``,
      `write to me${name}`,
      `x@${bob.username}.org`,
      `@${name}`,
    ]) {
      expect({ content, mentions: await mentionsIn(ada, id, content) }).toEqual({ content, mentions: [] });
    }
    expect(await mentionsIn(ada, id, `\`code\` ${name} \`code\``)).toEqual([bob.id]);
  });

  it('follows what the message says: an edit takes it away or brings it', async () => {
    const { ada, bob, id } = await aTable();
    const { id: messageId } = await ada.sendMessage(id, `@${bob.username}`);
    const edit = async (content: string) =>
      expectStatus(await ada.api.put<MessageView>(`/messages/${messageId}`, { content }), 200).mentions;
    expect(await edit('nobody')).toEqual([]);
    expect(await edit(`@${bob.username} again`)).toEqual([bob.id]);
    await ada.api.delete(`/messages/${messageId}`);
    const { items } = expectStatus(await bob.api.get<Page<MyGroupView>>('/groups'), 200);
    expect(items[0]).toMatchObject({ unreadCount: 0, mentionCount: 0 });
  });

  describe.each(transports)('over %s', (_name, connect) => {
    it('is told to the one whom it is of, and to nobody else', async () => {
      const { ada, bob, cleo, id } = await aTable();
      const [adas, bobs, cleos] = await Promise.all([connect(ada), connect(bob), connect(cleo)]);
      const sent = accepted(
        await adas.send('message', {
          groupId: id,
          content: `@${bob.username}, @${cleo.username} and @${ada.username}`,
        }),
      );
      expect(await bobs.next('mention')).toEqual({ message: { ...sent, status: null } });
      await Promise.all([adas, cleos].map((client) => client.settled()));
      // Who mentions himself knows it, and who is not a member is not told what is said there.
      for (const client of [adas, cleos]) expect(client.all('mention')).toEqual([]);
      for (const person of [ada, bob, cleo]) person.disconnect();
    });

    it('comes behind the message, on every device, and alone to one that does not subscribe to the group', async () => {
      const { ada, bob, id } = await aTable();
      const [first, second] = [await connect(bob), await connect(bob)];
      accepted(await second.send('unsubscribe', { channel: `group:${id}` }));
      await ada.sendMessage(id, 'nobody in particular');
      await ada.sendMessage(id, `@${bob.username}`);
      await Promise.all([first.next('mention'), second.next('mention')]);
      await Promise.all([first.settled(), second.settled()]);
      const heard = ({ received }: typeof first) =>
        received.flatMap(({ event }) => (event === 'new_message' || event === 'mention' ? [event] : []));
      expect(heard(first)).toEqual(['new_message', 'new_message', 'mention']);
      expect(heard(second)).toEqual(['mention']);
      for (const person of [ada, bob]) person.disconnect();
    });
  });
});
