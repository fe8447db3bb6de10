import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { GroupDetailView, MessageView } from '../../contract/views.js';
import { expectProblem, faultyFields } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

describe('changing messages', () => {
  let app: TestApp;
  let owner: Person;
  let moderator: Person;
  let author: Person;
  let other: Person;
  let group: GroupDetailView;
  beforeAll(async () => {
    app = await startTestApp();
    [owner, moderator, author, other] = await Promise.all([aPerson(app), aPerson(app), aPerson(app), aPerson(app)]);
    group = await owner.createGroup({ memberIds: [author.id, other.id] });
    await owner.api.put(`/groups/${group.id}/members/${moderator.id}`, { role: 'moderator' });
  });
  afterAll(() => app.stop());

  const read = async (id: string) => expectStatus(await other.api.get<MessageView>(`/messages/${id}`), 200);
  // How far a message has come is for its sender to know.
  const asOther = (message: MessageView): MessageView => ({ ...message, status: null });
  const edit = (by: Person, id: string, content: string) => by.api.put<MessageView>(`/messages/${id}`, { content });
  const remove = (by: Person, id: string) => by.api.delete(`/messages/${id}`);
  const restore = (by: Person, id: string) => by.api.post<MessageView>(`/messages/${id}/restore`);

  describe('editing', () => {
    it('replaces the text, keeps the place and takes the next rev', async () => {
      const before = await author.sendMessage(group.id, 'Good mornig');
      const after = expectStatus(await edit(author, before.id, ' Good morning '), 200);
      expect(after).toEqual({
        ...before,
        rev: after.rev,
        content: 'Good morning',
        isEdited: true,
        editedAt: after.updatedAt,
        updatedAt: after.updatedAt,
      });
      expect(after.rev).toBeGreaterThan(before.rev);
      expect(await read(before.id)).toEqual(asOther(after));
    });

    it('keeps the former text, and does not show it with the message', async () => {
      const { id } = await author.sendMessage(group.id, 'The former text');
      await edit(author, id, 'The present text');
      const stored = await app.connection.collection<{ _id: string }>('messages').findOne({ _id: id });
      expect(stored).toMatchObject({ versions: [{ content: 'The former text', replacedAt: expect.any(Date) }] });
      expect(JSON.stringify(await read(id))).not.toContain('former');
    });

    it('changes nothing when the text is the same', async () => {
      const before = await author.sendMessage(group.id, 'As it is');
      expect(expectStatus(await edit(author, before.id, 'As it is'), 200)).toEqual(before);
    });

    it('is for the author alone, whatever the role of another', async () => {
      const before = await author.sendMessage(group.id);
      for (const person of [owner, moderator, other]) {
        expectProblem(await edit(person, before.id, 'Not mine'), 'forbidden');
      }
      expect(await read(before.id)).toEqual(asOther(before));
    });

    it('is not for a deleted message', async () => {
      const { id } = await author.sendMessage(group.id);
      await remove(author, id);
      expectProblem(await edit(author, id, 'Back again'), 'gone');
    });

    it('refuses what would not be taken as a new message', async () => {
      const { id } = await author.sendMessage(group.id);
      for (const content of ['', '  ', 'x'.repeat(10_001), 'half \ud83d']) {
        const answer = await edit(author, id, content);
        expectProblem(answer, 'validation_failed');
        expect(faultyFields(answer)).toEqual(['content']);
      }
    });

    it('loses none of ten edits at once: each has a rev of its own, and the last one stands', async () => {
      const { id } = await author.sendMessage(group.id);
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) => edit(author, id, `text ${String(index)}`)),
      );
      const edits = answers.map((answer) => expectStatus(answer, 200));
      expect(new Set(edits.map(({ rev }) => rev)).size).toBe(10);
      const last = edits.reduce((a, b) => (a.rev > b.rev ? a : b));
      expect(await read(id)).toEqual(asOther(last));
    });
  });

  describe('deleting', () => {
    it('takes the content away from everyone and leaves the place', async () => {
      const before = await author.sendMessage(group.id, 'Not for long');
      const answer = await remove(author, before.id);
      expect({ status: answer.status, body: answer.body }).toEqual({ status: 204, body: '' });
      const after = await read(before.id);
      expect(after).toEqual({
        ...asOther(before),
        rev: after.rev,
        content: null,
        isDeleted: true,
        deletedAt: after.updatedAt,
        updatedAt: after.updatedAt,
      });
      expect(after.rev).toBeGreaterThan(before.rev);
      expect((await author.api.get<MessageView>(`/messages/${before.id}`)).body.content).toBeNull();
    });

    it('may be repeated and changes nothing then', async () => {
      const { id } = await author.sendMessage(group.id);
      await remove(author, id);
      const after = await read(id);
      expectStatus(await remove(author, id), 204);
      expect(await read(id)).toEqual(asOther(after));
    });

    it('is for the author, and for who moderates the group', async () => {
      for (const person of [author, moderator, owner]) {
        const { id } = await author.sendMessage(group.id);
        expectStatus(await remove(person, id), 204);
      }
      const kept = await author.sendMessage(group.id);
      expectProblem(await remove(other, kept.id), 'forbidden');
      expect(await read(kept.id)).toEqual(asOther(kept));
    });

    it('leaves replies as they are', async () => {
      const question = await author.sendMessage(group.id);
      const answer = await other.sendMessage(group.id, 'Yes', { replyToId: question.id });
      await remove(author, question.id);
      expect(await read(answer.id)).toEqual(answer);
    });
  });

  describe('restoring', () => {
    it('brings the message back as it was, with the next rev', async () => {
      const { id } = await author.sendMessage(group.id);
      const before = expectStatus(await edit(author, id, 'As it was'), 200);
      await remove(author, id);
      const deleted = await read(id);
      const after = expectStatus(await restore(author, id), 200);
      expect(after).toEqual({ ...before, rev: after.rev, updatedAt: after.updatedAt });
      expect(after.rev).toBeGreaterThan(deleted.rev);
      expect(await read(id)).toEqual(asOther(after));
    });

    it.each([
      ['author', 'author', 200],
      ['author', 'moderator', 403],
      ['author', 'owner', 403],
      ['moderator', 'author', 403],
      ['moderator', 'moderator', 200],
      ['moderator', 'owner', 403],
      ['owner', 'author', 403],
      ['owner', 'owner', 200],
      ['author', 'other', 403],
    ] as const)('what the %s deleted is by the %s answered %i', async (deleter, restorer, status) => {
      const people = { owner, moderator, author, other };
      const before = await author.sendMessage(group.id);
      await remove(people[deleter], before.id);
      const answer = await restore(people[restorer], before.id);
      if (status === 403) expectProblem(answer, 'forbidden');
      expectStatus(answer, status);
      expect(await read(before.id)).toMatchObject({ isDeleted: status !== 200 });
    });

    it('changes nothing of a message that is not deleted', async () => {
      const before = await author.sendMessage(group.id);
      expect(expectStatus(await restore(author, before.id), 200)).toEqual(before);
    });
  });
});
