import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { TypingView } from '../../contract/views.js';
import { eventually } from '../support/eventually.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import type { TestSocket } from '../support/test-socket.js';

describe('typing', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  /** Two members of a group with a socket each. */
  const aTable = async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const group = await ada.createGroup({ memberIds: [bob.id] });
    const adas = await ada.connect();
    const bobs = await bob.connect();
    // Typing may be left out for a socket that is busy: so nothing else is under way when a test begins.
    await adas.next('user_joined', ({ userId }) => userId === bob.id);
    return { ada, bob, groupId: group.id, adas, bobs };
  };
  const leave = (...people: Person[]) => {
    for (const person of people) person.disconnect();
  };
  /** The last state that a socket knows; who is typing is always told as a whole. */
  const last = (socket: TestSocket) => socket.all('typing').at(-1)?.userIds;
  const typists = (socket: TestSocket, userIds: string[]) =>
    socket.next(
      'typing',
      (payload) => JSON.stringify(payload.userIds.toSorted()) === JSON.stringify(userIds.toSorted()),
    );

  it('is told to the members with everyone who types now, and taken back by isTyping false', async () => {
    const { ada, bob, groupId, adas, bobs } = await aTable();
    expect(await adas.send('typing', { groupId })).toEqual({ ok: true, data: null });
    expect(await bobs.next('typing')).toEqual({ groupId, userIds: [ada.id] });
    await bobs.send('typing', { groupId, isTyping: true });
    await typists(adas, [ada.id, bob.id]);
    await adas.send('typing', { groupId, isTyping: false });
    await typists(bobs, [bob.id]);
    await bobs.send('typing', { groupId, isTyping: false });
    await typists(adas, []);
    leave(ada, bob);
  });

  it('is said and asked for over REST just as well, by members', async () => {
    const { ada, bob, groupId, adas, bobs } = await aTable();
    const path = `/groups/${groupId}/typing`;
    const now = async () => {
      await app.agreed();
      return expectStatus(await bob.api.get<TypingView>(path), 200);
    };
    expect(await now()).toEqual({ groupId, userIds: [] });
    expectStatus(await ada.api.put(path, { isTyping: true }), 204);
    await typists(bobs, [ada.id]);
    await bobs.send('typing', { groupId });
    await typists(adas, [ada.id, bob.id]);
    expect((await now()).userIds.toSorted()).toEqual([ada.id, bob.id].toSorted());
    expectStatus(await ada.api.put(path, { isTyping: false }), 204);
    await typists(bobs, [bob.id]);
    expect(await now()).toEqual({ groupId, userIds: [bob.id] });
    for (const body of [{}, { isTyping: 'true' }, { isTyping: 1 }, { isTyping: null }, { isTyping: true, seq: 1 }]) {
      expectProblem(await ada.api.put(path, body), 'validation_failed');
    }
    leave(ada, bob);
  });

  it('ends with the message that was typed, over a socket or over REST', async () => {
    const { ada, bob, groupId, adas, bobs } = await aTable();
    await adas.send('typing', { groupId });
    await typists(bobs, [ada.id]);
    await adas.send('message', { groupId, content: 'done' });
    await typists(bobs, []);
    await adas.send('typing', { groupId });
    await bobs.next('typing', ({ userIds }) => userIds.length > 0 && bobs.all('typing').length > 2);
    await ada.sendMessage(groupId);
    await bobs.next('typing', () => last(bobs)?.length === 0);
    leave(ada, bob);
  });

  it('ends for everyone who sends, also when all send at the same moment', async () => {
    const { ada, bob, groupId, adas, bobs } = await aTable();
    const others = await Promise.all(Array.from({ length: 4 }, () => aPerson(app)));
    for (const other of others) await ada.api.put(`/groups/${groupId}/members/${other.id}`, {});
    const sockets = [bobs, ...(await Promise.all(others.map((other) => other.connect())))];
    await Promise.all(sockets.map((socket) => socket.send('typing', { groupId })));
    await Promise.all(sockets.map((socket) => socket.send('message', { groupId, content: 'at once' })));
    await adas.next('new_message', ({ message }) => message.seq === sockets.length);
    await eventually(() => last(adas)?.length === 0, 2_000);
    leave(ada, bob, ...others);
  });

  it('is not ended by a message of somebody else', async () => {
    const { ada, bob, groupId, adas, bobs } = await aTable();
    await adas.send('typing', { groupId });
    await typists(bobs, [ada.id]);
    await bobs.send('message', { groupId, content: 'I interrupt' });
    await bobs.settled();
    expect(last(bobs)).toEqual([ada.id]);
    leave(ada, bob);
  });

  it('ends when the one who types leaves the group', async () => {
    const { ada, bob, groupId, adas, bobs } = await aTable();
    await bobs.send('typing', { groupId });
    await typists(adas, [bob.id]);
    await bob.api.post(`/groups/${groupId}/leave`);
    await typists(adas, []);
    leave(ada, bob);
  });

  it('ends by itself after five seconds', async () => {
    const { ada, bob, groupId, adas, bobs } = await aTable();
    const since = performance.now();
    await adas.send('typing', { groupId });
    await typists(bobs, [ada.id]);
    await typists(bobs, []);
    const lastedMs = performance.now() - since;
    expect(lastedMs).toBeGreaterThan(4_900);
    expect(lastedMs).toBeLessThan(8_000);
    leave(ada, bob);
  });

  it('of one group is nobody else’s business', async () => {
    const { ada, bob, groupId, adas, bobs } = await aTable();
    const cleo = await aPerson(app);
    await cleo.createGroup({ memberIds: [ada.id] });
    const cleos = await cleo.connect();
    await adas.send('typing', { groupId });
    await typists(bobs, [ada.id]);
    await cleos.settled();
    expect(cleos.all('typing')).toEqual([]);
    const refused = await cleos.send('typing', { groupId });
    expect(refused).toMatchObject({ ok: false, error: { code: 'not_a_member' } });
    leave(ada, bob, cleo);
  });
});
