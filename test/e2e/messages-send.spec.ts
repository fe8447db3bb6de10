import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { MessageView } from '../../contract/views.js';
import { expectProblem, faultyFields } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

describe('sending messages', () => {
  let app: TestApp;
  let ada: Person;
  let bob: Person;
  beforeAll(async () => {
    app = await startTestApp();
    [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
  });
  afterAll(() => app.stop());

  const aGroup = () => ada.createGroup({ memberIds: [bob.id] });
  const send = (groupId: string, body: object, by = ada) =>
    by.api.post<MessageView>(`/groups/${groupId}/messages`, body);

  it('stores a message and shows it whole', async () => {
    const group = await aGroup();
    const message = expectStatus(await send(group.id, { content: ' Good morning\n' }), 201);
    const { id, username, displayName } = ada.user;
    expect(message).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      groupId: group.id,
      seq: 1,
      rev: 1,
      senderId: id,
      sender: { id, username, displayName, avatarUrl: null },
      content: 'Good morning',
      clientMessageId: null,
      replyToId: null,
      threadCount: 0,
      mentions: [],
      mentionsEveryone: false,
      attachments: [],
      reactions: [],
      isPinned: false,
      isEdited: false,
      editedAt: null,
      isDeleted: false,
      deletedAt: null,
      status: 'sent',
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      updatedAt: message.createdAt,
    });
    expect((await bob.api.get(`/messages/${message.id}`)).body).toEqual({ ...message, status: null });
  });

  it('numbers the messages of a group 1, 2, 3 …, also when fifty are sent at once', async () => {
    const group = await aGroup();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        send(group.id, { content: `message ${String(index)}` }, index % 2 === 0 ? ada : bob),
      ),
    );
    const places = answers.map((answer) => expectStatus(answer, 201).seq).sort((a, b) => a - b);
    expect(places).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });

  it.each([
    ['one character', 'x'],
    ['10,000 characters', 'x'.repeat(10_000)],
    ['10,000 characters outside the basic plane', '😀'.repeat(10_000)],
    ['a NUL', 'before\0after'],
    ['what looks like markup, an operator or a template', '<script>{"$gt":""}${1+1}</script>'],
    ['a right-to-left mark and a zero-width joiner', '\u202eabc\u200d'],
    ['a character that is not one (U+FFFF)', 'a\uffffb'],
  ])('carries %s unchanged', async (_name, content) => {
    const group = await aGroup();
    const { id } = expectStatus(await send(group.id, { content }), 201);
    expect((await bob.api.get<MessageView>(`/messages/${id}`)).body.content).toBe(content);
  });

  it.each([
    ['content', undefined],
    ['content', ''],
    ['content', ' \n\t\u00a0\u3000'],
    ['content', 'x'.repeat(10_001)],
    ['content', '😀'.repeat(10_001)],
    ['content', 'half \udc00'],
    ['clientMessageId', ''],
    ['clientMessageId', 'x'.repeat(65)],
    ['replyToId', 'the first'],
    ['replyToId', randomUUID()],
  ])('refuses %s %#', async (field, value) => {
    const group = await aGroup();
    const answer = await send(group.id, { content: 'x', [field]: value });
    expectProblem(answer, 'validation_failed');
    expect(faultyFields(answer)).toEqual([field]);
    expect((await ada.api.get(`/groups/${group.id}/messages`)).body).toMatchObject({ items: [], lastSeq: 0 });
  });

  describe('twice with the same clientMessageId', () => {
    it('gives the first message back, with 200 and unchanged, whatever the text', async () => {
      const group = await aGroup();
      const clientMessageId = randomUUID();
      const first = expectStatus(await send(group.id, { content: 'First', clientMessageId }), 201);
      expect(first.clientMessageId).toBe(clientMessageId);
      expect(expectStatus(await send(group.id, { content: 'First', clientMessageId }), 200)).toEqual(first);
      expect(expectStatus(await send(group.id, { content: 'Other', clientMessageId }), 200)).toEqual(first);
      const { body } = await ada.api.get(`/groups/${group.id}/messages`);
      expect(body).toMatchObject({ items: [first], lastSeq: 1, rev: 1 });
    });

    it('stores one of twenty that arrive at once', async () => {
      const group = await aGroup();
      const clientMessageId = randomUUID();
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => send(group.id, { content: `Try ${String(index)}`, clientMessageId })),
      );
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(19);
      for (const { body } of answers) expect(body).toEqual(answers[0]!.body);
      expect((await send(group.id, { content: 'Next' })).body).toMatchObject({ seq: 2, rev: 2 });
    });

    it('is the same message over another login of the same user', async () => {
      const group = await aGroup();
      const clientMessageId = randomUUID();
      const first = expectStatus(await send(group.id, { content: 'First', clientMessageId }), 201);
      const laptop = await ada.logInAgain();
      expect(expectStatus(await send(group.id, { content: 'Again', clientMessageId }, laptop), 200)).toEqual(first);
    });

    it('is another message of another sender, or in another group', async () => {
      const [group, other] = await Promise.all([aGroup(), aGroup()]);
      const clientMessageId = randomUUID();
      const answers = [
        await send(group.id, { content: 'Mine', clientMessageId }),
        await send(group.id, { content: 'His', clientMessageId }, bob),
        await send(other.id, { content: 'There', clientMessageId }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
      expect(new Set(answers.map(({ body }) => body.id)).size).toBe(3);
    });
  });

  describe('as a reply', () => {
    it('names the message it answers', async () => {
      const group = await aGroup();
      const question = await ada.sendMessage(group.id);
      const answer = await send(group.id, { content: 'Yes', replyToId: question.id.toUpperCase() }, bob);
      expect(expectStatus(answer, 201).replyToId).toBe(question.id);
    });

    it('answers no message of another group, whether one may read it or not', async () => {
      const [group, other] = await Promise.all([aGroup(), aGroup()]);
      const elsewhere = await ada.sendMessage(other.id);
      const secret = await bob.createGroup();
      const hidden = await bob.sendMessage(secret.id);
      const refusals = [elsewhere, hidden, { id: randomUUID() }].map(async ({ id }) => {
        const answer = await send(group.id, { content: 'Yes', replyToId: id });
        return { ...expectProblem(answer, 'validation_failed'), correlationId: 'another for each' };
      });
      const [first, ...others] = await Promise.all(refusals);
      for (const document of others) expect(document).toEqual(first);
    });
  });
});
