import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { SessionEndReason } from '../../contract/events.js';
import type { TokenPairView } from '../../contract/views.js';
import type { UserId } from '../../src/common/ids.js';
import { LiveConnections } from '../../src/realtime/live-connections.js';
import { eventually } from '../support/eventually.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { RawSocket } from '../support/raw-socket.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import type { TestSocket } from '../support/test-socket.js';

/** Someone with two sessions: two sockets of the first, one of the other. */
interface Devices {
  phone: Person;
  laptop: Person;
  phones: TestSocket[];
  laptops: TestSocket[];
  all: TestSocket[];
}

describe('the end of a session', () => {
  let app: TestApp;
  let stranger: TestSocket;
  beforeAll(async () => {
    app = await startTestApp();
    stranger = await (await aPerson(app)).connect();
  });
  afterAll(async () => {
    // Whatever happened to others, nobody else was told or closed.
    expect(stranger.received.map(({ event }) => event)).toEqual(['connected']);
    expect(stranger.socket.connected).toBe(true);
    stranger.close();
    await app.stop();
  });

  const someoneWithDevices = async (): Promise<Devices> => {
    const phone = await aPerson(app);
    const laptop = await phone.logInAgain();
    const phones = [await phone.connect(), await phone.connect()];
    const laptops = [await laptop.connect()];
    return { phone, laptop, phones, laptops, all: [...phones, ...laptops] };
  };

  /** The sockets were told why, last of all, and closed by the server. */
  const expectClosed = async (sockets: TestSocket[], reason: SessionEndReason) => {
    for (const { socket, received } of sockets) {
      await eventually(() => !socket.connected);
      expect(received.at(-1)).toEqual({ event: 'session_revoked', payload: { reason } });
    }
  };
  const expectOpen = async (sockets: TestSocket[]) => {
    for (const socket of sockets) {
      await socket.settled();
      expect(socket.all('session_revoked')).toEqual([]);
      socket.close();
    }
  };

  it('by logout closes the sockets of this session only', async () => {
    const { phone, phones, laptops } = await someoneWithDevices();
    expectStatus(await phone.api.post('/auth/logout'), 204);
    await expectClosed(phones, 'logout');
    await expectOpen(laptops);
  });

  it('by logout-all closes the sockets of all', async () => {
    const { phone, all } = await someoneWithDevices();
    expectStatus(await phone.api.post('/auth/logout-all'), 204);
    await expectClosed(all, 'logout_all');
  });

  it('by the deletion of another session closes the sockets of that one', async () => {
    const { phone, laptop, phones, laptops } = await someoneWithDevices();
    const { body } = await laptop.api.get<{ id: string; current: boolean }[]>('/auth/sessions');
    const other = body.find(({ current }) => !current)!;
    expectStatus(await laptop.api.delete(`/auth/sessions/${other.id}`), 204);
    await expectClosed(phones, 'logout');
    await expectOpen(laptops);
    expect((await phone.api.get('/users/me')).status).toBe(401);
  });

  it('by a new password closes the sockets of all others', async () => {
    const { phone, phones, laptops } = await someoneWithDevices();
    const passwords = { currentPassword: phone.password, newPassword: 'a better horse' };
    expectStatus(await phone.api.put('/auth/password', passwords), 204);
    await expectClosed(laptops, 'password_changed');
    await expectOpen(phones);
  });

  it('by a refresh token that is used again too late closes the sockets of this session', async () => {
    const { phone, phones, laptops } = await someoneWithDevices();
    const refresh = (refreshToken: string) => phone.api.post<TokenPairView>('/auth/refresh', { refreshToken });
    const second = expectStatus(await refresh(phone.tokens.refreshToken), 200);
    expectStatus(await refresh(second.refreshToken), 200);
    // Two generations old: no lost answer explains that, so there is no grace.
    expectStatus(await refresh(phone.tokens.refreshToken), 401);
    await expectClosed(phones, 'refresh_token_reused');
    await expectOpen(laptops);
  });

  it('leaves a refresh in time to itself: the sockets stay open', async () => {
    const { phone, all } = await someoneWithDevices();
    const { refreshToken } = phone.tokens;
    const pairs = await Promise.all([1, 2].map(() => phone.api.post('/auth/refresh', { refreshToken })));
    for (const pair of pairs) expectStatus(pair, 200);
    await expectOpen(all);
  });

  it('is known to sockets that are just connecting', async () => {
    for (let round = 1; round <= 5; round += 1) {
      const ada = await aPerson(app);
      const sockets = await Promise.all([1, 2, 3].map(() => RawSocket.open(app.url)));
      for (const socket of sockets) socket.send(`40${JSON.stringify({ token: ada.tokens.accessToken })}`);
      expectStatus(await ada.api.post('/auth/logout'), 204);
      // Refused, told and closed, or closed: but none stays.
      for (const socket of sockets) await socket.frame(/session_revoked/);
      await eventually(() => app.app.get(LiveConnections).ofUser(ada.id as UserId).length === 0);
      for (const socket of sockets) socket.close();
    }
  });

  it('reaches the client before anything that is sent later, and nothing follows it', async () => {
    const { phone, laptop, phones } = await someoneWithDevices();
    const friend = await aPerson(app);
    const group = await friend.createGroup({ memberIds: [phone.id] });
    await phones[0]!.next('group_created');
    const over = new AbortController();
    const writing = (async () => {
      while (!over.signal.aborted) await friend.sendMessage(group.id);
      await friend.sendMessage(group.id, 'too late');
    })();
    await phones[0]!.next('new_message', ({ message }) => message.seq > 3);
    expectStatus(await phone.api.post('/auth/logout'), 204);
    over.abort();
    await writing;
    await expectClosed(phones, 'logout');
    expect(phones[0]!.all('new_message').map(({ message }) => message.content)).not.toContain('too late');
    laptop.disconnect();
  });
});
