import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { JwtService } from '@nestjs/jwt';

import { closeCodes } from '../../contract/close-codes.js';
import type { TokenPairView } from '../../contract/views.js';
import { eventually } from '../support/eventually.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { PlainSocket, type ChatClient } from '../support/plain-socket.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { takeClock } from '../support/test-clock.js';
import { accepted, transports } from '../support/transports.js';

const minuteMs = 60_000;
const tokenTtlMs = 30 * minuteMs;

describe.each(transports)('a connection and its token over %s', (_name, connect) => {
  let app: TestApp;
  let advance: (ms: number) => void;
  let aheadMs = 0;
  beforeAll(async () => {
    app = await startTestApp();
    const clock = takeClock(app);
    advance = (ms) => {
      aheadMs += ms;
      clock.advance(ms);
    };
  });
  afterEach(() => {
    advance(-aheadMs);
  });
  afterAll(() => app.stop());

  /** Another token of the same session. Signed here: what the server signs ends by the real time. */
  const longerToken = ({ tokens }: Person, endsInMs: number): string => {
    const jwt = app.app.get(JwtService, { strict: false });
    const { typ, sub, sid, role } = jwt.decode<Record<string, unknown>>(tokens.accessToken);
    return jwt.sign({ typ, sub, sid, role, exp: Math.floor((Date.now() + endsInMs) / 1000) });
  };
  const expectOver = async (client: ChatClient) => {
    await eventually(() => !client.isOpen);
    expect(client.received.at(-1)).toMatchObject({ event: 'error', payload: { code: 'token_expired', status: 401 } });
    if (client instanceof PlainSocket) expect(await client.closed()).toBe(closeCodes.token_expired);
  };

  it('tells a minute before the end, once, when that is', async () => {
    const ada = await aPerson(app);
    const issuedMs = Date.now();
    const client = await connect(ada);
    advance(tokenTtlMs - 2 * minuteMs);
    // The server looks five times a second: three answers of a second from now, it has looked.
    const lookedAt = performance.now() + 1_000;
    await eventually(() => performance.now() > lookedAt);
    expect(client.all('token_expiring')).toEqual([]);
    advance(minuteMs + 5_000);
    const { expiresAt } = await client.next('token_expiring');
    expect(Math.abs(Date.parse(expiresAt) - issuedMs - tokenTtlMs)).toBeLessThan(5_000);
    advance(10_000);
    await client.settled();
    expect(client.all('token_expiring')).toHaveLength(1);
    client.close();
  });

  it('ends with it, and says why', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    const client = await connect(bob);
    await client.settled();
    advance(tokenTtlMs + 1_000);
    await expectOver(client);
    await ada.sendMessage(id, 'he is gone');
    expect(client.all('new_message')).toEqual([]);
  });

  it('goes on with a new one, without connecting again', async () => {
    const ada = await aPerson(app);
    const { id } = await ada.createGroup();
    const client = await connect(ada);
    advance(tokenTtlMs - 30_000);
    const first = await client.next('token_expiring');
    const endsInMs = 2 * tokenTtlMs;
    const endMs = Date.now() + endsInMs;
    const { expiresAt } = accepted(await client.send('authenticate', { token: longerToken(ada, endsInMs) }));
    expect(Math.abs(Date.parse(expiresAt) - endMs)).toBeLessThan(5_000);
    // The first token is over by now.
    advance(minuteMs);
    const sent = accepted(await client.send('message', { groupId: id, content: 'still here' }));
    expect(await client.next('new_message')).toEqual({ message: { ...sent, status: null } });
    expect(client.all('connected')).toHaveLength(1);
    // And of the end of the second one it is told as well.
    advance(tokenTtlMs - minuteMs);
    const second = await client.next('token_expiring', (told) => told.expiresAt !== first.expiresAt);
    expect(second.expiresAt).toBe(expiresAt);
    advance(minuteMs);
    await expectOver(client);
  });

  it('goes on with one that was refreshed', async () => {
    const ada = await aPerson(app);
    const client = await connect(ada);
    const { refreshToken } = ada.tokens;
    const { accessToken } = expectStatus(await ada.api.post<TokenPairView>('/auth/refresh', { refreshToken }), 200);
    accepted(await client.send('authenticate', { token: accessToken }));
    await client.settled();
    client.close();
  });

  it('goes on with one of another session of its user, and then ends with that session', async () => {
    const phone = await aPerson(app);
    const laptop = await phone.logInAgain();
    const client = await connect(phone);
    accepted(await client.send('authenticate', { token: laptop.tokens.accessToken }));
    expectStatus(await phone.api.post('/auth/logout'), 204);
    await client.settled();
    expect(client.all('session_revoked')).toEqual([]);
    expectStatus(await laptop.api.post('/auth/logout'), 204);
    await eventually(() => !client.isOpen);
    expect(client.all('session_revoked')).toEqual([{ reason: 'logout' }]);
  });

  it('does not take any other token, and stays as it was', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const over = await ada.logInAgain();
    expectStatus(await over.api.post('/auth/logout'), 204);
    const client = await connect(ada);
    for (const [token, code] of [
      [bob.tokens.accessToken, 'forbidden'],
      [ada.tokens.refreshToken, 'unauthenticated'],
      ['not.a.token', 'unauthenticated'],
      [over.tokens.accessToken, 'session_revoked'],
    ] as const) {
      const answer = await client.send('authenticate', { token });
      expect(answer).toMatchObject({ ok: false, error: { code, instance: 'authenticate' } });
      expect(JSON.stringify(answer)).not.toContain(token);
    }
    await client.settled();
    // It is still the session that it was.
    expectStatus(await ada.api.post('/auth/logout'), 204);
    await eventually(() => !client.isOpen);
    expect(client.all('session_revoked')).toEqual([{ reason: 'logout' }]);
  });
});

describe('a connection whose token lives shorter than the notice', () => {
  it('is told at once, and closed when it is over', async () => {
    const app = await startTestApp({ ACCESS_TOKEN_TTL: '2s' });
    const ada = await aPerson(app);
    const client = await ada.connectPlain();
    const { expiresAt } = await client.next('token_expiring');
    expect(await client.closed()).toBe(closeCodes.token_expired);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expiresAt));
    const refusal = await PlainSocket.refused(app.url, {
      headers: { authorization: `Bearer ${ada.tokens.accessToken}` },
    });
    expect(refusal).toMatchObject({ status: 401, body: { code: 'token_expired' } });
    await app.stop();
  });
});
