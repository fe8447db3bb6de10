import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { AttachmentView } from '../../contract/attachment-views.js';
import type { MessageView, OwnUserView } from '../../contract/views.js';
import { AttachmentReviewService } from '../../src/attachments/attachment-review.service.js';
import { AttachmentsRepository } from '../../src/attachments/attachments.repository.js';
import { AttachmentStorage } from '../../src/attachments/storage/attachment-storage.js';
import { MessageFiles } from '../../src/messages/message-files.js';
import { breakOnce } from '../support/break-once.js';
import { eventually } from '../support/eventually.js';
import { expectProblem } from '../support/expect-problem.js';
import { fieldPart, filePart, multipart, multipartType } from '../support/multipart.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { storedFiles } from '../support/stored-files.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { takeClock, type TestClock } from '../support/test-clock.js';
import { aPicture, anArchive, download, formOf, sendForm, upload } from '../support/upload.js';

const dayMs = 86_400_000;

describe('what is done to a file while something else is', () => {
  let app: TestApp;
  let clock: TestClock;
  let ada: Person;
  let groupId: string;
  let repository: AttachmentsRepository;
  beforeAll(async () => {
    app = await startTestApp({ ACCESS_TOKEN_TTL: '90d', REFRESH_TOKEN_TTL: '90d' });
    clock = takeClock(app);
    repository = app.app.get(AttachmentsRepository);
    ada = await aPerson(app);
    groupId = (await ada.createGroup()).id;
  });
  afterAll(() => app.stop());

  const review = () => app.app.get(AttachmentReviewService).review();
  const send = (attachmentIds: string[]) => ada.api.post<MessageView>(`/groups/${groupId}/messages`, { attachmentIds });
  const anAvatar = async (by: Person) =>
    expectStatus(await sendForm(by, formOf({ purpose: 'avatar' }, aPicture())), 201);
  const useAvatar = async (by: Person, id: string | null) =>
    expectStatus(await by.api.patch<OwnUserView>('/users/me', { avatarAttachmentId: id }), 200);
  const isRecorded = async ({ id }: AttachmentView) => (await repository.findById(id as never)) !== null;

  it('leaves no bytes of an upload that goes on when its account is deleted', async () => {
    const carl = await aPerson(app);
    const { id } = await carl.createGroup();
    const before = await storedFiles(app.connection);
    const { bytes: content, name: fileName, type } = anArchive(600_000);
    const bytes = multipart([fieldPart('groupId', id), filePart(content, { fileName, type })]);
    const rest = Promise.withResolvers<undefined>();
    async function* slowly() {
      yield bytes.subarray(0, 500_000);
      await rest.promise;
      yield bytes.subarray(500_000);
    }
    const answer = fetch(`${app.api}/attachments`, {
      method: 'POST',
      headers: { authorization: `Bearer ${carl.tokens.accessToken}`, 'content-type': multipartType },
      body: ReadableStream.from(slowly()),
      duplex: 'half',
    });
    const chunks = app.connection.collection('attachment_files.chunks');
    await eventually(async () => (await chunks.countDocuments()) > (before['attachment_files.chunks'] ?? 0));
    expectStatus(await carl.api.request('DELETE', '/users/me', { password: carl.password }), 204);
    rest.resolve(undefined);
    expect((await answer).status).toBe(404);
    expect(await storedFiles(app.connection)).toEqual(before);
  });

  it('leaves no thumbnail that becomes ready while its picture is removed', async () => {
    const before = await storedFiles(app.connection);
    const storage = app.app.get(AttachmentStorage, { strict: false });
    const writing = Promise.withResolvers<undefined>();
    const removing = Promise.withResolvers<undefined>();
    const looked = Promise.withResolvers<undefined>();
    const [write, findById, remove] = [
      storage.write.bind(storage),
      repository.findById.bind(repository),
      repository.delete.bind(repository),
    ];
    let isWritten = false;
    storage.write = async (key, source) => {
      const isThumbnail = key.endsWith('.thumbnail');
      if (isThumbnail) {
        writing.resolve(undefined);
        await removing.promise;
      }
      const written = await write(key, source);
      isWritten ||= isThumbnail;
      return written;
    };
    repository.findById = async (id) => {
      const found = await findById(id);
      if (isWritten) looked.resolve(undefined);
      return found;
    };
    repository.delete = async (id) => {
      // The bytes are gone by now, and the record is not.
      removing.resolve(undefined);
      await looked.promise;
      await remove(id);
    };
    try {
      const file = await upload(ada, groupId, aPicture());
      await writing.promise;
      expectStatus(await ada.api.delete(`/attachments/${file.id}`), 204);
      await eventually(async () => {
        expect(await storedFiles(app.connection)).toEqual(before);
        return true;
      });
    } finally {
      for (const [of, names] of [
        [storage, ['write']],
        [repository, ['findById', 'delete']],
      ] as const) {
        for (const name of names) Reflect.deleteProperty(of, name);
      }
    }
  });

  it('does not remove a file from under a message that is being written', async () => {
    const file = await upload(ada, groupId);
    const files = app.app.get(MessageFiles);
    const taking = {
      messageId: crypto.randomUUID(),
      groupId,
      senderId: ada.id,
      clientMessageId: null,
    } as Parameters<MessageFiles['take']>[1];
    await files.take([file.id as never], taking);
    expectProblem(await ada.api.delete(`/attachments/${file.id}`), 'conflict');
    // It was not written after all.
    await files.settle(taking, null);
    expectStatus(await ada.api.delete(`/attachments/${file.id}`), 204);
  });

  it('removes a former avatar later when it could not be removed at once', async () => {
    const carl = await aPerson(app);
    const avatar = await anAvatar(carl);
    await useAvatar(carl, avatar.id);
    clock.advance(2 * dayMs);
    await review();
    breakOnce(repository, 'startRemoving', 'before');
    await useAvatar(carl, null);
    expect(await isRecorded(avatar)).toBe(true);
    clock.advance(60_000);
    await review();
    expect(await isRecorded(avatar)).toBe(false);
  });

  it('does not remove the picture that is somebody\u2019s avatar', async () => {
    const carl = await aPerson(app);
    const avatar = await anAvatar(carl);
    await useAvatar(carl, avatar.id);
    expectProblem(await carl.api.delete(`/attachments/${avatar.id}`), 'conflict');
    expect((await download(ada, avatar.url)).status).toBe(200);
    await useAvatar(carl, null);
    expect(await isRecorded(avatar)).toBe(false);
  });

  it('is done when the answer of the database was lost: uploaded, taken, renamed, removed', async () => {
    breakOnce(repository, 'insert', 'after');
    const file = await upload(ada, groupId);
    breakOnce(repository, 'take', 'after');
    const { id: messageId } = expectStatus(await send([file.id, (await upload(ada, groupId)).id]), 201);
    breakOnce(repository, 'setFileName', 'after');
    expectStatus(await ada.api.patch(`/attachments/${file.id}`, { fileName: 'b.txt' }), 200);
    const { attachments } = expectStatus(await ada.api.get<MessageView>(`/messages/${messageId}`), 200);
    expect(attachments.map(({ fileName }) => fileName)).toEqual(['b.txt', 'note.txt']);
    breakOnce(repository, 'startRemoving', 'after');
    expectStatus(await ada.api.delete(`/attachments/${file.id}`), 204);
    expect(await isRecorded(file)).toBe(false);
  });

  it('is looked at again when it was begun while the sweep looked', async () => {
    const file = await upload(ada, groupId);
    const { id: messageId } = expectStatus(await send([file.id, (await upload(ada, groupId)).id]), 201);
    await repository.setReview(file.id as never, new Date());
    clock.advance(1000);
    const listDue = repository.listDue.bind(repository);
    const later = new Date(Date.now() + 90 * dayMs);
    repository.listDue = async (now, limit) => {
      const due = await listDue(now, limit);
      Reflect.deleteProperty(repository, 'listDue');
      await repository.setReviewOfMessage(messageId as never, later);
      return due;
    };
    await review();
    expect((await repository.findById(file.id as never))?.reviewAt).toEqual(later);
  });

  it('lets remains of uploads be sought once a day, not at each turn', async () => {
    const storage = app.app.get(AttachmentStorage, { strict: false });
    const listBroken = storage.listBroken.bind(storage);
    let looks = 0;
    storage.listBroken = () => {
      looks += 1;
      return listBroken();
    };
    clock.advance(2 * dayMs);
    await review();
    await review();
    expect(looks).toBe(1);
    clock.advance(dayMs);
    await review();
    expect(looks).toBe(2);
    Reflect.deleteProperty(storage, 'listBroken');
  });

  it('is not told to its uploader who has left the group', async () => {
    const carl = await aPerson(app);
    const { id } = await ada.createGroup({ memberIds: [carl.id] });
    const file = await upload(carl, id);
    await carl.sendMessage(id, 'see', { attachmentIds: [file.id] });
    const socket = await carl.connect();
    expectStatus(await carl.api.post(`/groups/${id}/leave`), 204);
    expectStatus(await ada.api.patch(`/attachments/${file.id}`, { fileName: 'behind-his-back.txt' }), 200);
    await socket.settled();
    expect(socket.all('attachment_updated')).toEqual([]);
    socket.close();
  });
});
