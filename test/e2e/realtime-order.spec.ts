import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { MessagePage, MessageView } from '../../contract/views.js';
import { aPerson } from '../support/people.js';
import { forAll, readLog } from '../support/read-log.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import type { TestSocket } from '../support/test-socket.js';
import { accepted } from '../support/transports.js';

describe('the order of a group', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  const send = async (socket: TestSocket, payload: { groupId: string; content: string }): Promise<MessageView> =>
    accepted(await socket.send('message', payload));

  it('keeps the order in which one client sent, though it waited for no answer', async () => {
    const ada = await aPerson(app);
    const { id: groupId } = await ada.createGroup();
    const socket = await ada.connect();
    const contents = Array.from({ length: 300 }, (_, index) => `number ${index}`);
    const sent = await Promise.all(contents.map((content) => send(socket, { groupId, content })));
    expect(sent.map(({ seq }) => seq)).toEqual(contents.map((_, index) => index + 1));
    expect((await readLog(ada.api, groupId)).map(({ content }) => content)).toEqual(contents);
    expect(socket.all('new_message').map(({ message }) => message.content)).toEqual(contents);
    ada.disconnect();
  });

  it('keeps it when some are replies, whose target has to be looked up first', async () => {
    const ada = await aPerson(app);
    const { id: groupId } = await ada.createGroup();
    const socket = await ada.connect();
    const replyToId = (await send(socket, { groupId, content: 'the question' })).id;
    const payloads = Array.from({ length: 60 }, (_, index) => ({
      groupId,
      content: `number ${index}`,
      ...(index % 3 === 0 && { replyToId }),
      ...(index % 5 === 0 && { clientMessageId: `id ${index}` }),
    }));
    const sent = await Promise.all(payloads.map((payload) => send(socket, payload)));
    expect(sent.map(({ seq }) => seq)).toEqual(payloads.map((_, index) => index + 2));
    expect(sent.map((message) => message.replyToId)).toEqual(
      payloads.map((_, index) => (index % 3 === 0 ? replyToId : null)),
    );
    ada.disconnect();
  });

  it('keeps it when one in the middle is refused', async () => {
    const ada = await aPerson(app);
    const { id: groupId } = await ada.createGroup();
    const socket = await ada.connect();
    const elsewhere = await ada.sendMessage((await ada.createGroup()).id);
    const answers = await Promise.all([
      socket.send('message', { groupId, content: 'first' }),
      socket.send('message', { groupId, content: 'second', replyToId: elsewhere.id }),
      socket.send('message', { groupId, content: ' ' }),
      socket.send('message', { groupId, content: 'fourth' }),
    ]);
    expect(answers.map(({ ok }) => ok)).toEqual([true, false, false, true]);
    expect((await readLog(ada.api, groupId)).map(({ content }) => content)).toEqual(['first', 'fourth']);
    ada.disconnect();
  });

  it('is one and the same for all, without a gap, while ten send at once', async () => {
    const [owner, ...others] = await Promise.all(Array.from({ length: 10 }, () => aPerson(app)));
    const people = [owner!, ...others];
    const { id: groupId } = await owner!.createGroup({ memberIds: others.map(({ id }) => id) });
    const sockets = await Promise.all(people.map((person) => person.connect()));
    const each = 20;
    await Promise.all(
      sockets.map((socket, sender) =>
        Promise.all(
          Array.from({ length: each }, (_, index) => send(socket, { groupId, content: `${sender} says ${index}` })),
        ),
      ),
    );
    await app.agreed();
    await Promise.all(sockets.map((socket) => socket.settled()));
    const places = Array.from({ length: each * people.length }, (_, index) => index + 1);
    const log = await readLog(owner!.api, groupId);
    expect(log.map(({ seq }) => seq)).toEqual(places);
    expect(log.map(({ rev }) => rev)).toEqual(places);
    for (const socket of sockets) {
      const received = socket.all('new_message').map(({ message }) => message);
      // What another node tells may still be on its way: clients see that by `rev`, and put it where it belongs.
      const inPlace = app.nodes.length === 1 ? received : received.toSorted((one, other) => one.rev - other.rev);
      expect(inPlace).toEqual(log.map(forAll));
      // Nothing of one sender overtakes anything of his.
      for (const messages of [received, log]) {
        for (const [sender] of sockets.entries()) {
          const own = messages.filter(({ content }) => content?.startsWith(`${sender} says `));
          const said = Array.from({ length: each }, (_, index) => `${sender} says ${index}`);
          expect(own.map(({ content }) => content)).toEqual(said);
        }
      }
    }
    for (const person of people) person.disconnect();
  });

  it('takes a message once, however often it is sent with the same clientMessageId', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id: groupId } = await ada.createGroup({ memberIds: [bob.id] });
    const [first, second, bobs] = await Promise.all([ada.connect(), ada.connect(), bob.connect()]);
    const request = { content: 'only once', clientMessageId: 'attempt' };
    const payload = { groupId, ...request };
    const atOnce = await Promise.all([first, second, first, second].map((socket) => send(socket, payload)));
    const later = await send(second, { ...payload, content: 'another text' });
    const overRest = await ada.api.post<MessageView>(`/groups/${groupId}/messages`, request);
    expect(overRest.status).toBe(200);
    const [message] = atOnce;
    expect(message).toMatchObject({ seq: 1, rev: 1, content: 'only once', clientMessageId: 'attempt' });
    for (const repeated of [...atOnce, later, overRest.body]) expect(repeated).toEqual(message);
    // The id is the sender's own: somebody else's same id is another message.
    expect((await send(bobs, payload)).seq).toBe(2);
    await app.agreed();
    await first.settled();
    expect(first.all('new_message').map((event) => event.message.seq)).toEqual([1, 2]);
    ada.disconnect();
    bob.disconnect();
  });

  it('has room for a later message only behind one that every member can already read', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id: groupId } = await ada.createGroup({ memberIds: [bob.id] });
    const [adas, bobs] = await Promise.all([ada.connect(), bob.connect()]);
    const reads: Promise<void>[] = [];
    bobs.socket.on('new_message', ({ message: { seq } }) => {
      reads.push(
        bob.api.get<MessagePage>(`/groups/${groupId}/messages?before=${seq + 1}&limit=100`).then(({ body }) => {
          expect(body.items.map((message) => message.seq)).toEqual(Array.from({ length: seq }, (_, i) => seq - i));
        }),
      );
    });
    await Promise.all(Array.from({ length: 40 }, (_, index) => send(adas, { groupId, content: `number ${index}` })));
    await bobs.next('new_message', ({ message }) => message.seq === 40);
    await Promise.all(reads);
    expect(reads).toHaveLength(40);
    ada.disconnect();
    bob.disconnect();
  });
});
