import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { AttachmentStatsView, AttachmentView } from '../../contract/attachment-views.js';
import type { MessageView, OwnUserView, Page } from '../../contract/views.js';
import { AttachmentReviewService } from '../../src/attachments/attachment-review.service.js';
import { AttachmentsRepository } from '../../src/attachments/attachments.repository.js';
import { LogRepository } from '../../src/messages/log/log.repository.js';
import { anAdmin } from '../support/admin.js';
import { breakOnce } from '../support/break-once.js';
import { eventually } from '../support/eventually.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { storedFiles } from '../support/stored-files.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { takeClock, type TestClock } from '../support/test-clock.js';
import { aPicture, aText, download, formOf, sendForm, upload } from '../support/upload.js';

const dayMs = 86_400_000;

describe('the life of a file', () => {
  let app: TestApp;
  let clock: TestClock;
  let admin: Person;
  let ada: Person;
  let bob: Person;
  let groupId: string;
  beforeAll(async () => {
    app = await startTestApp({ ACCESS_TOKEN_TTL: '90d', REFRESH_TOKEN_TTL: '90d' });
    clock = takeClock(app);
    admin = await anAdmin(app);
    [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    groupId = (await ada.createGroup({ memberIds: [bob.id] })).id;
  });
  afterAll(() => app.stop());

  const send = (attachmentIds: string[], more: object = {}, by = ada) =>
    by.api.post<MessageView>(`/groups/${groupId}/messages`, { attachmentIds, ...more });
  const statusOf = async (by: Person, { url }: AttachmentView) => (await download(by, url)).status;
  const review = () => app.app.get(AttachmentReviewService).review();

  it('ends after a day when no message took it, and not before', async () => {
    const [left, taken] = [await upload(ada, groupId), await upload(ada, groupId)];
    await ada.sendMessage(groupId, 'see', { attachmentIds: [taken.id] });
    clock.advance(dayMs - 60_000);
    await review();
    expect(await statusOf(ada, left)).toBe(200);
    clock.advance(120_000);
    await review();
    expect(await statusOf(ada, left)).toBe(404);
    expect(await statusOf(bob, taken)).toBe(200);
  });

  it('is with one message only, and what is not one\u2019s own is with none', async () => {
    const [file, other] = [await upload(ada, groupId), await upload(ada, groupId)];
    const others = await upload(bob, groupId);
    const elsewhere = await upload(ada, (await ada.createGroup()).id);
    expectStatus(await send([file.id]), 201);
    expectProblem(await send([other.id, file.id]), 'conflict');
    expectProblem(await send([other.id, others.id]), 'validation_failed');
    expectProblem(await send([elsewhere.id]), 'validation_failed');
    expectProblem(await send([crypto.randomUUID()]), 'validation_failed');
    expectProblem(await send([other.id, other.id]), 'validation_failed');
    expectProblem(await send(Array.from({ length: 11 }, () => crypto.randomUUID())), 'validation_failed');
    expectProblem(await send([], { content: '' }), 'validation_failed');
    // What was refused has taken nothing.
    expectStatus(await send([other.id.toUpperCase()]), 201);
  });

  it('is in the first message of a send that is repeated, also when both arrive at once', async () => {
    const [one, two] = [await upload(ada, groupId), await upload(ada, groupId)];
    const repeat = () => send([one.id, two.id], { clientMessageId: 'with files' });
    const answers = await Promise.all([repeat(), repeat(), repeat()]);
    answers.push(await repeat());
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    for (const { body } of answers) expect(body.attachments.map(({ id }) => id)).toEqual([one.id, two.id]);
    clock.advance(2 * dayMs);
    await review();
    expect(await statusOf(bob, one)).toBe(200);
    expect(expectStatus(await bob.api.get<AttachmentView>(`/attachments/${two.id}`), 200).messageId).toBe(
      answers[0].body.id,
    );
  });

  it('is told with its message, over sockets too', async () => {
    const file = await upload(ada, groupId);
    const [sender, listener] = [await ada.connect(), await bob.connect()];
    const answer = await sender.send('message', { groupId, attachmentIds: [file.id] });
    const { message } = await listener.next('new_message', (event) => event.message.attachments[0]?.id === file.id);
    expect(answer).toMatchObject({ ok: true, data: { content: '', attachments: message.attachments } });
    for (const socket of [sender, listener]) socket.close();
  });

  it('is removed when the server was stopped while it was being stored', async () => {
    const before = await storedFiles(app.connection);
    const file = await upload(ada, groupId);
    const states = app.connection.collection<{ _id: string }>('attachments');
    const storing = { state: 'storing', sha256: '', reviewAt: new Date(Date.now() + 20 * dayMs) };
    await states.updateOne({ _id: file.id }, { $set: storing });
    expect(await statusOf(ada, file)).toBe(404);
    await review();
    expect(await states.countDocuments({ _id: file.id })).toBe(1);
    clock.advance(30 * dayMs);
    await review();
    expect(await states.countDocuments({ _id: file.id })).toBe(0);
    expect((await storedFiles(app.connection))['attachment_files.chunks']).toBeLessThanOrEqual(
      before['attachment_files.chunks'] ?? 0,
    );
  });

  it('is free again when its message was never written', async () => {
    const file = await upload(ada, groupId);
    await app.app.get(AttachmentsRepository).take(
      [file.id as never],
      {
        groupId: groupId as never,
        senderId: ada.id as never,
        messageId: crypto.randomUUID() as never,
        clientMessageId: null,
      },
      new Date(),
    );
    expectProblem(await send([file.id]), 'conflict');
    clock.advance(60_000);
    await review();
    expectStatus(await send([file.id]), 201);
  });

  it('stays with its message when the answer of the database was lost', async () => {
    const file = await upload(ada, groupId);
    breakOnce(app.app.get(LogRepository), 'write', 'after');
    const message = expectStatus(await send([file.id]), 201);
    clock.advance(2 * dayMs);
    await review();
    expect(await statusOf(bob, file)).toBe(200);
    expect(message.attachments).toHaveLength(1);
  });

  it('is not there while its message is deleted, and is there again when it is restored', async () => {
    const file = await upload(ada, groupId);
    const { id } = expectStatus(await send([file.id]), 201);
    const count = async () =>
      expectStatus(await bob.api.get<{ count: number }>(`/messages/${id}/attachments/count`), 200).count;
    expect(await count()).toBe(1);
    expectStatus(await ada.api.delete(`/messages/${id}`), 204);
    expect([await statusOf(ada, file), await statusOf(bob, file), await count()]).toEqual([404, 404, 0]);
    expectProblem(await ada.api.get(`/attachments/${file.id}`), 'not_found');
    expect(expectStatus(await bob.api.get<Page<AttachmentView>>(`/messages/${id}/attachments`), 200).items).toEqual([]);
    expectStatus(await ada.api.post(`/messages/${id}/restore`), 200);
    expect([await statusOf(ada, file), await statusOf(bob, file), await count()]).toEqual([200, 200, 1]);
  });

  it('goes with its message for good', async () => {
    const before = await storedFiles(app.connection);
    const file = await upload(ada, groupId);
    const { id } = expectStatus(await send([file.id]), 201);
    expectStatus(await admin.api.delete(`/messages/${id}?hard=true`), 204);
    expect(await statusOf(ada, file)).toBe(404);
    expect(await storedFiles(app.connection)).toEqual(before);
  });

  it('goes with its message for good although the server was stopped in between', async () => {
    const before = await storedFiles(app.connection);
    const file = await upload(ada, groupId);
    const { id } = expectStatus(await send([file.id]), 201);
    breakOnce(app.app.get(AttachmentsRepository), 'listOfMessage', 'before');
    expectProblem(await admin.api.delete(`/messages/${id}?hard=true`), 'unavailable');
    expect(await statusOf(ada, file)).toBe(404);
    clock.advance(60_000);
    await review();
    expect(await storedFiles(app.connection)).toEqual(before);
  });

  it('is renamed and removed before everyone\u2019s eyes', async () => {
    const [file, other] = [await upload(ada, groupId), await upload(ada, groupId)];
    const { id, rev } = expectStatus(await send([file.id, other.id]), 201);
    const listener = await bob.connect();
    expectProblem(await bob.api.patch(`/attachments/${file.id}`, { fileName: 'b.txt' }), 'forbidden');
    expectStatus(await ada.api.patch(`/attachments/${file.id}`, { fileName: 'b.txt' }), 200);
    const renamed = await listener.next('message_updated', ({ message }) => message.id === id);
    expect(renamed.message.attachments.map(({ fileName }) => fileName)).toEqual(['b.txt', 'note.txt']);
    expect(renamed.message.rev).toBeGreaterThan(rev);
    expectProblem(await bob.api.delete(`/attachments/${file.id}`), 'forbidden');
    expectStatus(await ada.api.delete(`/attachments/${file.id}`), 204);
    const removed = await listener.next('message_updated', ({ message }) => message.rev > renamed.message.rev);
    expect(removed.message.attachments.map(({ id: fileId }) => fileId)).toEqual([other.id]);
    expect(await statusOf(bob, file)).toBe(404);
    // Nothing else is in the message.
    expectProblem(await ada.api.delete(`/attachments/${other.id}`), 'conflict');
    listener.close();
  });

  it('is listed and counted for those who may see it', async () => {
    const [carl, dora] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = await carl.createGroup({ memberIds: [dora.id] });
    const [text, picture, unclaimed] = [
      await upload(carl, id),
      await upload(carl, id, aPicture()),
      await upload(carl, id),
    ];
    const message = await carl.sendMessage(id, '', { attachmentIds: [text.id, picture.id] });
    const list = async (by: Person, query: string) =>
      expectStatus(await by.api.get<Page<AttachmentView>>(`/attachments?${query}`), 200).items.map((file) => file.id);
    expect(await list(carl, `groupId=${id}`)).toEqual([unclaimed.id, picture.id, text.id]);
    expect(await list(dora, '')).toEqual([picture.id, text.id]);
    expect(await list(dora, 'type=image')).toEqual([picture.id]);
    expect(await list(dora, 'type=text/plain')).toEqual([text.id]);
    expect(await list(dora, `messageId=${message.id}`)).toEqual([picture.id, text.id]);
    const first = expectStatus(await dora.api.get<Page<AttachmentView>>('/attachments?limit=1'), 200);
    expect(await list(dora, `limit=1&cursor=${first.nextCursor ?? ''}`)).toEqual([text.id]);
    const stats = expectStatus(await dora.api.get<AttachmentStatsView>(`/attachments/stats?groupId=${id}`), 200);
    expect(stats).toMatchObject({ count: 2, types: [{ count: 1 }, { count: 1 }] });
    expect(stats.types.map(({ contentType }) => contentType).sort()).toEqual(['image/png', 'text/plain']);
    expectStatus(await carl.api.delete(`/messages/${message.id}`), 204);
    expect(await list(dora, '')).toEqual([]);
    expect(await list(carl, '')).toEqual([unclaimed.id]);
  });

  it('is not there for who has left the group, and for nobody when the group is deleted', async () => {
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    const file = await upload(ada, id);
    await ada.sendMessage(id, '', { attachmentIds: [file.id] });
    expect(await statusOf(bob, file)).toBe(200);
    expectStatus(await bob.api.post(`/groups/${id}/leave`), 204);
    expect(await statusOf(bob, file)).toBe(403);
    expectStatus(await ada.api.delete(`/groups/${id}`), 204);
    expect(await statusOf(ada, file)).toBe(404);
  });

  describe('that is an avatar', () => {
    const anAvatar = async (by: Person) =>
      expectStatus(await sendForm(by, formOf({ purpose: 'avatar' }, aPicture())), 201);

    it('is for everyone from when it is used, until another one is', async () => {
      const carl = await aPerson(app);
      const [first, second] = [await anAvatar(carl), await anAvatar(carl)];
      expect(await statusOf(bob, first)).toBe(404);
      const use = async (id: string | null) =>
        expectStatus(await carl.api.patch<OwnUserView>('/users/me', { avatarAttachmentId: id }), 200).avatarUrl;
      expect(await use(first.id)).toBe(first.url);
      expect(await statusOf(bob, first)).toBe(200);
      clock.advance(2 * dayMs);
      await review();
      expect([await statusOf(bob, first), await statusOf(carl, second)]).toEqual([200, 404]);
      const third = await anAvatar(carl);
      expect(await use(third.id)).toBe(third.url);
      expect([await statusOf(carl, first), await statusOf(bob, third)]).toEqual([404, 200]);
      const { id } = await carl.createGroup();
      expect((await carl.sendMessage(id)).sender.avatarUrl).toBe(third.url);
      expect(await use(null)).toBe(null);
      expect(await statusOf(carl, third)).toBe(404);
    });

    it('must be a picture of one\u2019s own', async () => {
      const carl = await aPerson(app);
      const use = (id: unknown) => carl.api.patch('/users/me', { avatarAttachmentId: id });
      expectProblem(await use((await anAvatar(bob)).id), 'validation_failed');
      expectProblem(await use((await upload(ada, groupId)).id), 'validation_failed');
      expectProblem(await use('x'), 'validation_failed');
    });

    it('goes with the account, as does what no message has; what is in messages stays', async () => {
      const carl = await aPerson(app);
      const { id } = await ada.createGroup({ memberIds: [carl.id] });
      const [avatar, unclaimed, carried] = [
        await anAvatar(carl),
        await upload(carl, id),
        await upload(carl, id, aText('x')),
      ];
      expectStatus(await carl.api.patch('/users/me', { avatarAttachmentId: avatar.id }), 200);
      const message = await carl.sendMessage(id, '', { attachmentIds: [carried.id] });
      expectStatus(await carl.api.request('DELETE', '/users/me', { password: 'correct horse' }), 204);
      await eventually(async () => (await statusOf(ada, avatar)) === 404);
      expect(await app.connection.collection('attachments').countDocuments({ _id: unclaimed.id as never })).toBe(0);
      expect(await statusOf(ada, carried)).toBe(200);
      const { sender } = expectStatus(await ada.api.get<MessageView>(`/messages/${message.id}`), 200);
      expect(sender.avatarUrl).toBe(null);
    });
  });
});
