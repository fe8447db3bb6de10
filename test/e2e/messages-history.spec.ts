import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import type {
  ChangesView,
  FormerTextView,
  GroupDetailView,
  MessagePage,
  MessageView,
  Page,
} from '../../contract/views.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { walkPages } from '../support/walk-pages.js';

const adminEmail = 'admin@example.org';

describe('what a message said before', () => {
  let app: TestApp;
  let owner: Person;
  let author: Person;
  let other: Person;
  let group: GroupDetailView;
  beforeAll(async () => {
    app = await startTestApp();
    [owner, author, other] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
    group = await owner.createGroup({ memberIds: [author.id, other.id] });
  });
  afterAll(() => app.stop());

  const edit = async (id: string, content: string) =>
    expectStatus(await author.api.put<MessageView>(`/messages/${id}`, { content }), 200);
  const history = (by: Person, id: string) => by.api.get<Page<FormerTextView>>(`/messages/${id}/history`);
  const texts = async (id: string) => expectStatus(await history(other, id), 200).items.map(({ content }) => content);

  it('is shown to members, oldest first, with the time when it was replaced', async () => {
    const { id } = await author.sendMessage(group.id, 'one');
    expect(await texts(id)).toEqual([]);
    const [second, third] = [await edit(id, 'two'), await edit(id, 'three')];
    expect(expectStatus(await history(other, id), 200)).toEqual({
      items: [
        { content: 'one', replacedAt: second.editedAt },
        { content: 'two', replacedAt: third.editedAt },
      ],
      nextCursor: null,
      hasMore: false,
    });
    await edit(id, 'three');
    expect(await texts(id)).toEqual(['one', 'two']);
  });

  it('is walked through page by page, also when texts were replaced at the same moment', async () => {
    const { id } = await author.sendMessage(group.id, '0');
    for (let count = 1; count <= 7; count += 1) await edit(id, String(count));
    const messages = app.connection.collection<{ _id: string }>('messages');
    const times = [1, 1, 1, 2, 3, 3, 3].map((ms) => new Date(ms));
    await messages.updateOne(
      { _id: id },
      { $set: Object.fromEntries(times.map((at, index) => [`versions.${index}.replacedAt`, at])) },
    );
    for (const limit of [1, 2, 3]) {
      const walked = await walkPages<FormerTextView>(other.api, `/messages/${id}/history?limit=${limit}`);
      expect(walked.map(({ content }) => content)).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    }
  });

  it(`goes back ${String(limits.message.maxKeptVersions)} texts`, async () => {
    const { maxKeptVersions } = limits.message;
    const { id } = await author.sendMessage(group.id, '0');
    for (let count = 1; count <= maxKeptVersions + 2; count += 1) await edit(id, String(count));
    const kept = await texts(id);
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([maxKeptVersions, '2', String(maxKeptVersions + 1)]);
  });

  it('is not given out while the message is deleted, and to nobody outside', async () => {
    const { id } = await author.sendMessage(group.id, 'one');
    await edit(id, 'two');
    await author.api.delete(`/messages/${id}`);
    for (const person of [owner, author, other]) expectProblem(await history(person, id), 'gone');
    await author.api.post(`/messages/${id}/restore`);
    expect(await texts(id)).toEqual(['one']);
    expectProblem(await history(await aPerson(app), id), 'not_a_member');
  });

  it.each(['limit=0', 'limit=101', 'cursor=nonsense', 'before=1'])('is not given for %s', async (query) => {
    const { id } = await author.sendMessage(group.id);
    expectProblem(await other.api.get(`/messages/${id}/history?${query}`), 'validation_failed');
  });
});

describe('deleting for good', () => {
  let app: TestApp;
  let admin: Person;
  let owner: Person;
  let author: Person;
  let group: GroupDetailView;
  beforeAll(async () => {
    app = await startTestApp({ ADMIN_EMAIL: adminEmail });
    [admin, owner, author] = await Promise.all([aPerson(app, { email: adminEmail }), aPerson(app), aPerson(app)]);
    group = await owner.createGroup({ memberIds: [author.id] });
  });
  afterAll(() => app.stop());

  const erase = (by: Person, { id }: MessageView) => by.api.delete(`/messages/${id}?hard=true`);
  const stored = (id: string) => app.connection.collection<{ _id: string }>('messages').findOne({ _id: id });

  /** A message with all that a message can have. */
  const aRichMessage = async (): Promise<MessageView> => {
    const { id } = await author.sendMessage(group.id, `a secret for @${owner.username}`, {
      clientMessageId: crypto.randomUUID(),
    });
    await author.api.put(`/messages/${id}`, { content: `another secret for @${owner.username}` });
    await owner.api.put(`/messages/${id}/reactions/${encodeURIComponent('👍')}`);
    return expectStatus(await owner.api.put<MessageView>(`/messages/${id}/pin`), 200);
  };

  it('leaves the place and nothing of what was said, in the database too', async () => {
    const before = await aRichMessage();
    expectStatus(await erase(admin, before), 204);
    const after = expectStatus(await owner.api.get<MessageView>(`/messages/${before.id}`), 200);
    expect(after).toMatchObject({
      seq: before.seq,
      rev: before.rev + 1,
      isDeleted: true,
      content: null,
      mentions: [],
      reactions: [],
      isPinned: false,
    });
    const record = await stored(before.id);
    expect(JSON.stringify(record)).not.toContain('secret');
    expect(record).toMatchObject({ mentions: [], reactions: [], versions: [], pinnedAt: null, deletedBy: admin.id });
  });

  it('leaves nothing of the id that its sender gave it, and the same send again makes no second message', async () => {
    const clientMessageId = `secret-${crypto.randomUUID()}`;
    const before = await author.sendMessage(group.id, 'once', { clientMessageId });
    expectStatus(await erase(admin, before), 204);
    const request = { content: 'once', clientMessageId };
    for (const id of [group.id, group.id.toUpperCase()]) {
      const again = expectStatus(await author.api.post<MessageView>(`/groups/${id}/messages`, request), 200);
      expect(again).toMatchObject({ id: before.id, content: null, clientMessageId: null, isDeleted: true });
    }
    expect(JSON.stringify(await stored(before.id))).not.toContain(clientMessageId);
    // Another's, or in another group, is another send.
    expectStatus(await owner.api.post(`/groups/${group.id}/messages`, request), 201);
  });

  it('is told as a deletion, live and by sync', async () => {
    const message = await aRichMessage();
    const socket = await owner.connect();
    await erase(admin, message);
    expect(await socket.next('message_deleted')).toEqual({
      messageId: message.id,
      groupId: group.id,
      seq: message.seq,
      rev: message.rev + 1,
      deletedBy: admin.id,
    });
    const { body } = await owner.api.get<ChangesView>(`/groups/${group.id}/changes?since=${message.rev}`);
    expect(body.items).toMatchObject([{ id: message.id, rev: message.rev + 1, isDeleted: true, content: null }]);
    owner.disconnect();
  });

  it('can never be undone, by whoever deleted what', async () => {
    const [one, other] = [await aRichMessage(), await aRichMessage()];
    await author.api.delete(`/messages/${one.id}`);
    for (const message of [one, other]) {
      await erase(admin, message);
      for (const person of [author, owner]) {
        expectProblem(await person.api.post(`/messages/${message.id}/restore`), 'gone');
        // Deleting it once more changes nothing of that.
        expectStatus(await person.api.delete(`/messages/${message.id}`), 204);
        expectProblem(await person.api.post(`/messages/${message.id}/restore`), 'gone');
      }
      expectProblem(await author.api.put(`/messages/${message.id}`, { content: 'again' }), 'gone');
      expectProblem(await owner.api.put(`/messages/${message.id}/pin`), 'gone');
      expectProblem(await owner.api.get(`/messages/${message.id}/history`), 'gone');
    }
  });

  it('may be repeated and changes nothing then', async () => {
    const message = await aRichMessage();
    await erase(admin, message);
    const after = await stored(message.id);
    expectStatus(await erase(admin, message), 204);
    expect(await stored(message.id)).toEqual(after);
  });

  it('is for admins alone, members or not, also where a group was closed', async () => {
    const message = await aRichMessage();
    for (const person of [author, owner]) expectProblem(await erase(person, message), 'forbidden');
    expectProblem(await erase(await aPerson(app), message), 'not_a_member');
    expect((await owner.api.get<MessageView>(`/messages/${message.id}`)).body).toEqual(message);
    const other = await owner.createGroup();
    const said = await owner.sendMessage(other.id, 'a secret');
    await owner.api.delete(`/groups/${other.id}`);
    expectStatus(await erase(admin, said), 204);
    expect(await stored(said.id)).toMatchObject({ content: '' });
  });

  it('keeps a repeated send what it is: the first message, which is gone', async () => {
    const request = { content: 'once', clientMessageId: 'once' };
    const first = expectStatus(await author.api.post<MessageView>(`/groups/${group.id}/messages`, request), 201);
    await erase(admin, first);
    const again = expectStatus(await author.api.post<MessageView>(`/groups/${group.id}/messages`, request), 200);
    expect(again).toMatchObject({ id: first.id, isDeleted: true, content: null });
  });

  it('leaves the message out of the history of the group', async () => {
    const message = await aRichMessage();
    const seqs = async (query = '') => {
      const { body } = await owner.api.get<MessagePage>(`/groups/${group.id}/messages?limit=5${query}`);
      return body.items.map(({ seq }) => seq);
    };
    expect(await seqs()).toContain(message.seq);
    await erase(admin, message);
    expect(await seqs()).not.toContain(message.seq);
    expect(await seqs('&includeDeleted=true')).toContain(message.seq);
  });

  it.each(['hard=1', 'hard=yes', 'hard=', 'soft=true', 'hard=true&hard=true'])('is refused for ?%s', async (query) => {
    const { id } = await author.sendMessage(group.id);
    expectProblem(await admin.api.delete(`/messages/${id}?${query}`), 'validation_failed');
  });
});
