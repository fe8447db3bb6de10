import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { MessageView, Page } from '../../contract/views.js';
import { eventually } from '../support/eventually.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { walkPages } from '../support/walk-pages.js';

describe('messages of all my groups', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  const twoPeople = () => Promise.all([aPerson(app), aPerson(app)]);
  const list = async (by: Person, path = '/messages') =>
    expectStatus(await by.api.get<Page<MessageView>>(path), 200).items;
  const contents = async (by: Person, path?: string) => (await list(by, path)).map(({ content }) => content);

  /** Two groups of both, one of Ada alone, and what was said there, in turns; the newest first. */
  const aStory = async () => {
    const [ada, bob] = await twoPeople();
    const [one, two, alone] = [
      await ada.createGroup({ memberIds: [bob.id] }),
      await bob.createGroup({ memberIds: [ada.id] }),
      await ada.createGroup(),
    ];
    const said: MessageView[] = [];
    for (let round = 0; round < 4; round += 1) {
      for (const { id } of [one, two]) {
        for (const by of [ada, bob]) said.unshift(await by.sendMessage(id, `${said.length}`));
      }
    }
    const secret = await ada.sendMessage(alone.id, 'alone');
    return { ada, bob, one, two, alone, said, secret };
  };

  it('come newest first, from each of my groups and from no other, without deleted ones', async () => {
    const { ada, bob, said } = await aStory();
    const all = said.map(({ content }) => content);
    expect(await contents(bob)).toEqual(all);
    expect(await contents(ada)).toEqual(['alone', ...all]);
    const [, , gone] = said;
    expect((await (gone!.senderId === ada.id ? ada : bob).api.delete(`/messages/${gone!.id}`)).status).toBe(204);
    expect(await contents(bob)).toEqual(all.filter((content) => content !== gone!.content));
    expect(await list(await aPerson(app))).toEqual([]);
  });

  it('are shown as they are shown in their group', async () => {
    const { ada, one } = await aStory();
    const [, newest] = await list(ada);
    const reply = await ada.sendMessage(one.id, 'reply', {
      replyToId: (await list(ada)).find(({ groupId }) => groupId === one.id)!.id,
    });
    const recent = await list(ada);
    expect(recent[0]).toEqual(reply);
    expect(recent.find(({ id }) => id === reply.replyToId)).toMatchObject({ threadCount: 1 });
    expect(recent.find(({ id }) => id === newest!.id)).toEqual((await ada.api.get(`/messages/${newest!.id}`)).body);
  });

  it.each([1, 3, 7])('are walked through %i by one while more are sent, each once', async (limit) => {
    const { bob, ada, two, said } = await aStory();
    const walked = await walkPages<MessageView>(bob.api, `/messages?limit=${limit}`, async () => {
      await ada.sendMessage(two.id, 'meanwhile');
    });
    expect(walked.map(({ id }) => id)).toEqual(said.map(({ id }) => id));
  });

  it('are walked through each once when many were stored at the same moment', async () => {
    const { bob, said } = await aStory();
    const groupIds = [...new Set(said.map(({ groupId }) => groupId))];
    const progress = app.connection.collection<{ _id: string; rev: number }>('search_progress');
    await eventually(
      async () => (await progress.countDocuments({ _id: { $in: groupIds }, rev: said.length / 2 })) === 2,
    );
    for (const name of ['messages', 'search_entries']) {
      const collection = app.connection.collection(name);
      await collection.updateMany({ groupId: { $in: groupIds } }, { $set: { createdAt: new Date(1000) } });
    }
    for (const path of ['/messages?limit=3', '/messages/mine?limit=3']) {
      const walked = await walkPages<MessageView>(bob.api, path);
      const expected = said.filter(({ senderId }) => path === '/messages?limit=3' || senderId === bob.id);
      expect(walked.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    }
  });

  it('are not those of a group that I have left, nor of one that was closed', async () => {
    const { ada, bob, one, two, said } = await aStory();
    await bob.api.post(`/groups/${one.id}/leave`);
    const rest = said.filter(({ groupId }) => groupId === two.id).map(({ content }) => content);
    expect(await contents(bob)).toEqual(rest);
    expect(await contents(bob, '/messages/mine')).toEqual(
      said.filter(({ groupId, senderId }) => groupId === two.id && senderId === bob.id).map(({ content }) => content),
    );
    await ada.api.delete(`/groups/${one.id}`);
    expect(await contents(ada)).toEqual(['alone', ...rest]);
  });

  it('are only mine in the list of what I sent', async () => {
    const { ada, said } = await aStory();
    const mine = said.filter(({ senderId }) => senderId === ada.id);
    expect(await contents(ada, '/messages/mine')).toEqual(['alone', ...mine.map(({ content }) => content)]);
    const walked = await walkPages<MessageView>(ada.api, '/messages/mine?limit=2', async () => {
      await ada.sendMessage(mine[0]!.groupId, 'meanwhile');
    });
    expect(walked.map(({ content }) => content)).toEqual(['alone', ...mine.map(({ content }) => content)]);
  });

  it.each(['/messages', '/messages/mine'])('are not given for a wrong query: %s', async (path) => {
    const { ada } = await aStory();
    for (const query of [
      'limit=0',
      'limit=101',
      'limit=ten',
      'cursor=nonsense',
      'cursor=',
      'before=1',
      'limit[$gt]=1',
    ]) {
      expectProblem(await ada.api.get(`${path}?${query}`), 'validation_failed');
    }
    const made = (values: unknown) => Buffer.from(JSON.stringify(values)).toString('base64url');
    for (const values of [
      ['recent', 'x', 1],
      ['sent', 1],
      ['messages', 1, 'x'],
      ['recent', 1e300, {}],
    ]) {
      expectProblem(await ada.api.get(`${path}?cursor=${made(values)}`), 'validation_failed');
    }
  });
});
