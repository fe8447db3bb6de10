import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { GroupDetailView, MessagePage, MessageView, Page } from '../../contract/views.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { walkPages } from '../support/walk-pages.js';

describe('the thread of a message', () => {
  let app: TestApp;
  let ada: Person;
  let bob: Person;
  beforeAll(async () => {
    app = await startTestApp();
    [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
  });
  afterAll(() => app.stop());

  const aGroup = (): Promise<GroupDetailView> => ada.createGroup({ memberIds: [bob.id] });
  const reply = (by: Person, to: MessageView, content = 'reply') =>
    by.sendMessage(to.groupId, content, { replyToId: to.id });
  const get = async ({ id }: MessageView) => expectStatus(await bob.api.get<MessageView>(`/messages/${id}`), 200);
  const thread = async ({ id }: MessageView) =>
    expectStatus(await bob.api.get<Page<MessageView>>(`/messages/${id}/thread`), 200);
  /** What every list that shows a message says of its replies. */
  const counts = async ({ id, groupId, seq }: MessageView): Promise<(number | null | undefined)[]> => {
    const shown = async (path: string) => {
      const { body } = await bob.api.get<Page<MessageView>>(path);
      return body.items.find((message) => message.id === id)?.threadCount;
    };
    return [
      (await bob.api.get<MessageView>(`/messages/${id}`)).body.threadCount,
      await shown(`/groups/${groupId}/messages`),
      await shown(`/groups/${groupId}/messages`),
      await shown(`/groups/${groupId}/messages?around=${seq}`),
      await shown(`/groups/${groupId}/changes?since=0`),
    ];
  };
  const all = (count: number) => Array.from({ length: 5 }, () => count);

  it('is its replies by their place, page by page, without those to others', async () => {
    const { id } = await aGroup();
    const [question, other] = [await ada.sendMessage(id), await ada.sendMessage(id)];
    const replies: MessageView[] = [];
    for (const by of [bob, ada, bob, bob, ada]) {
      replies.push(await reply(by, question));
      await reply(by, other);
    }
    // A reply to a reply is in the thread of that one.
    const deeper = await reply(ada, replies[0]!);
    const seqs = replies.map(({ seq }) => seq);
    expect((await thread(question)).items.map(({ seq }) => seq)).toEqual(seqs);
    expect((await thread(replies[0]!)).items.map(({ seq }) => seq)).toEqual([deeper.seq]);
    const walked = await walkPages<MessageView>(bob.api, `/messages/${question.id}/thread?limit=2`, async () => {
      await reply(bob, other);
    });
    expect(walked.map(({ seq }) => seq)).toEqual(seqs);
    expect(await thread(deeper)).toEqual({ items: [], nextCursor: null, hasMore: false });
  });

  it('is counted wherever the message is shown, without deleted replies', async () => {
    const { id } = await aGroup();
    const question = await ada.sendMessage(id);
    expect(question.threadCount).toBe(0);
    expect(await counts(question)).toEqual(all(0));
    const first = await reply(bob, question);
    expect(first.threadCount).toBe(0);
    expect(await counts(question)).toEqual(all(1));
    const second = await reply(ada, question);
    await ada.sendMessage(id, 'no reply');
    expect(await counts(question)).toEqual(all(2));
    await bob.api.delete(`/messages/${first.id}`);
    expect(await counts(question)).toEqual(all(1));
    expect((await thread(question)).items.map(({ seq }) => seq)).toEqual([second.seq]);
    await bob.api.post(`/messages/${first.id}/restore`);
    await bob.api.put(`/messages/${first.id}`, { content: 'edited' });
    expect(await counts(question)).toEqual(all(2));
    expect(
      expectStatus(await ada.api.put<MessageView>(`/messages/${question.id}`, { content: 'edited' }), 200),
    ).toMatchObject({
      threadCount: 2,
    });
  });

  it('stays when the message is deleted', async () => {
    const { id } = await aGroup();
    const question = await ada.sendMessage(id);
    const answer = await reply(bob, question);
    await ada.api.delete(`/messages/${question.id}`);
    expect((await thread(question)).items.map(({ seq }) => seq)).toEqual([answer.seq]);
    expect(await get(question)).toMatchObject({ isDeleted: true, threadCount: 1 });
  });

  it('counts 0 in a live event of a new message, and says nothing in one of a change', async () => {
    const { id } = await aGroup();
    const socket = await bob.connect();
    const question = await ada.sendMessage(id);
    const answer = await reply(bob, question);
    await ada.api.put(`/messages/${question.id}`, { content: 'edited' });
    await socket.settled();
    expect(
      socket.all('new_message').map(({ message }) => [message.seq, message.replyToId, message.threadCount]),
    ).toEqual([
      [question.seq, null, 0],
      [answer.seq, question.id, 0],
    ]);
    expect(socket.all('message_updated').map(({ message }) => message.threadCount)).toEqual([null]);
    bob.disconnect();
  });

  it('is counted by what the database has, also when another node has written', async () => {
    const { id } = await aGroup();
    const question = await ada.sendMessage(id);
    await reply(bob, question);
    expect(await counts(question)).toEqual(all(1));
    // As another node would: in the database, with the next place and rev, and without a word to this one.
    const messages = app.connection.collection<Record<string, unknown> & { _id: string }>('messages');
    const stored = await messages.findOne({ groupId: id, replyToId: question.id });
    const places = { seq: 3, rev: 3, revs: [3] };
    await messages.insertOne({ ...stored, ...places, _id: crypto.randomUUID(), clientMessageId: null, sendKey: null });
    expect(await counts(question)).toEqual(all(2));
  });

  it('counts exactly while many reply and read at once', async () => {
    const { id } = await aGroup();
    const question = await ada.sendMessage(id);
    const socket = await ada.connect();
    const write = async () => {
      for (let count = 0; count < 15; count += 1) {
        const answer = await socket.send('message', { groupId: id, content: 'reply', replyToId: question.id });
        if (answer.ok && count % 3 === 0) await ada.api.delete(`/messages/${answer.data.id}`);
      }
    };
    const read = async () => {
      for (let round = 0; round < 20; round += 1) await bob.api.get<MessagePage>(`/groups/${id}/messages?limit=50`);
    };
    await Promise.all([write(), write(), read(), read()]);
    expect(await counts(question)).toEqual(all(20));
    ada.disconnect();
  });

  it('is not given for a wrong limit or a cursor of another list', async () => {
    const { id } = await aGroup();
    const message = await ada.sendMessage(id);
    for (const query of ['limit=0', 'limit=101', 'cursor=nonsense', 'after=1']) {
      expectProblem(await bob.api.get(`/messages/${message.id}/thread?${query}`), 'validation_failed');
    }
    expectProblem(await bob.api.get('/messages/no-id/thread'), 'validation_failed');
    expectProblem(await bob.api.get(`/messages/${crypto.randomUUID()}/thread`), 'not_found');
  });
});
