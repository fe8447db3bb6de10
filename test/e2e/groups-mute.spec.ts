import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { MuteView, MyGroupView, Page } from '../../contract/views.js';
import { MembershipsRepository } from '../../src/groups/memberships.repository.js';
import { breakOnce } from '../support/break-once.js';
import { expectProblem, faultyFields } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { takeClock, type TestClock } from '../support/test-clock.js';
import type { TestSocket } from '../support/test-socket.js';

describe('a muted group', () => {
  let app: TestApp;
  let clock: TestClock;
  beforeAll(async () => {
    // Hours pass here, during which sockets stay open.
    app = await startTestApp({ ACCESS_TOKEN_TTL: '1d' });
    clock = takeClock(app);
  });
  afterAll(() => app.stop());

  const aPair = async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    return { ada, bob, id };
  };
  const mute = (by: Person, id: string, until: unknown) => by.api.put<MuteView>(`/groups/${id}/mute`, { until });
  const shown = async (by: Person) => expectStatus(await by.api.get<Page<MyGroupView>>('/groups'), 200).items[0]!;
  const never = '2099-12-31T23:59:59.000Z';
  /** How many mentions a socket has had when it has a message that mentions its user. */
  const mentionsAfter = async (socket: TestSocket, ada: Person, bob: Person, id: string) => {
    const sent = await ada.sendMessage(id, `@${bob.username}?`);
    await socket.next('new_message', ({ message }) => message.id === sent.id);
    await socket.settled();
    return socket.all('mention').length;
  };

  it('says so in the list, with its exact counts, and sends its messages, but no mentions', async () => {
    const { ada, bob, id } = await aPair();
    const socket = await bob.connect();
    expect(await mentionsAfter(socket, ada, bob, id)).toBe(1);
    expect(expectStatus(await mute(bob, id, never), 200)).toEqual({ groupId: id, muted: true, mutedUntil: never });
    expect(await mentionsAfter(socket, ada, bob, id)).toBe(1);
    expect(await shown(bob)).toMatchObject({ muted: true, mutedUntil: never, unreadCount: 2, mentionCount: 2 });
    // It is his matter alone.
    expect(await shown(ada)).toMatchObject({ muted: false, mutedUntil: null });
    expect(expectStatus(await mute(bob, id, null), 200)).toEqual({ groupId: id, muted: false, mutedUntil: null });
    expect(await mentionsAfter(socket, ada, bob, id)).toBe(2);
    expect(await shown(bob)).toMatchObject({ muted: false, mutedUntil: null, unreadCount: 3, mentionCount: 3 });
    socket.close();
  });

  it('is muted until its time, and no longer', async () => {
    const { ada, bob, id } = await aPair();
    const socket = await bob.connect();
    const until = new Date(Date.now() + 2 * 3_600_000).toISOString();
    expectStatus(await mute(bob, id, until), 200);
    expect(await mentionsAfter(socket, ada, bob, id)).toBe(0);
    clock.advance(3 * 3_600_000);
    expect(await mentionsAfter(socket, ada, bob, id)).toBe(1);
    expect(await shown(bob)).toMatchObject({ muted: false, mutedUntil: null });
    // A time that is past mutes nothing.
    expect(expectStatus(await mute(bob, id, until), 200)).toEqual({ groupId: id, muted: false, mutedUntil: null });
    socket.close();
  });

  it('stays muted when the answer of the database is lost', async () => {
    const { ada, bob, id } = await aPair();
    const socket = await bob.connect();
    expect(await mentionsAfter(socket, ada, bob, id)).toBe(1);
    breakOnce(app.app.get(MembershipsRepository), 'setMutedUntil', 'after');
    expectStatus(await mute(bob, id, never), 200);
    expect(await mentionsAfter(socket, ada, bob, id)).toBe(1);
    socket.close();
  });

  it('is new to whoever comes back to it', async () => {
    const { ada, bob, id } = await aPair();
    expectStatus(await mute(bob, id, never), 200);
    expectStatus(await bob.api.post(`/groups/${id}/leave`), 204);
    expectStatus(await ada.api.put(`/groups/${id}/members/${bob.id}`), 201);
    expect(await shown(bob)).toMatchObject({ muted: false, mutedUntil: null });
  });

  it.each([undefined, '', 'tomorrow', '2099-12-31', '2099-13-01T00:00:00Z', 4_102_444_799_000, true, {}, ['x']])(
    'takes no other time than one of ISO 8601: %j',
    async (until) => {
      const { bob, id } = await aPair();
      const answer = await mute(bob, id, until);
      expectProblem(answer, 'validation_failed');
      expect(faultyFields(answer)).toEqual(['until']);
    },
  );
});
