import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JwtService } from '@nestjs/jwt';

import { LiveConnections } from '../../src/realtime/live-connections.js';
import { eventually } from '../support/eventually.js';
import { aPerson, type Person } from '../support/people.js';
import { RawSocket } from '../support/raw-socket.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestSocket } from '../support/test-socket.js';

describe('the handshake of a Socket.IO connection', () => {
  let app: TestApp;
  let ada: Person;
  beforeAll(async () => {
    app = await startTestApp();
    ada = await aPerson(app);
  });
  afterAll(() => app.stop());

  /** A token signed by this very server, so that nothing but the changed claims can be what is refused. */
  const signed = (changes: object) => {
    const jwt = app.app.get(JwtService, { strict: false });
    const claims = jwt.decode<Record<string, unknown>>(ada.tokens.accessToken);
    return jwt.sign({ typ: claims['typ'], sub: claims['sub'], sid: claims['sid'], role: 'user', ...changes });
  };
  const bearer = (token: string) => ({ extraHeaders: { authorization: `Bearer ${token}` } });
  const now = () => Math.floor(Date.now() / 1000);

  it('takes the access token in auth.token', async () => {
    const socket = await TestSocket.connect(app.url, ada.tokens.accessToken);
    expect(socket.all('connected')[0]?.userId).toBe(ada.id);
    socket.close();
  });

  it('takes the access token in the Authorization header', async () => {
    const socket = await TestSocket.connect(app.url, undefined, bearer(ada.tokens.accessToken));
    expect(socket.all('connected')[0]?.userId).toBe(ada.id);
    socket.close();
  });

  it('takes the access token over long polling as well', async () => {
    const socket = await TestSocket.connect(app.url, ada.tokens.accessToken, { transports: ['polling'] });
    expect(socket.all('connected')[0]?.userId).toBe(ada.id);
    socket.close();
  });

  it('says why it refuses, in a whole problem document', async () => {
    expect(await TestSocket.refused(app.url, undefined)).toEqual({
      type: '/docs/problems#unauthenticated',
      title: 'A valid access token is required',
      status: 401,
      detail: expect.stringMatching(/token/),
      instance: '/socket.io',
      code: 'unauthenticated',
      correlationId: expect.stringMatching(/^[\w.-]{1,64}$/),
    });
  });

  it.each<[string, unknown]>([
    ['an empty text', ''],
    ['garbage', 'not.a.token'],
    ['a number', 12345],
    ['null', null],
    ['an object', { $ne: null }],
    ['an array', ['a', 'b']],
    ['true', true],
  ])('refuses %s in place of a token as unauthenticated', async (_what, token) => {
    expect(await TestSocket.refused(app.url, token)).toMatchObject({ code: 'unauthenticated', status: 401 });
  });

  it('does not fall back to the header when auth.token is there and wrong', async () => {
    const { accessToken } = ada.tokens;
    for (const token of [12345, 'not.a.token', null]) {
      expect((await TestSocket.refused(app.url, token, bearer(accessToken))).code).toBe('unauthenticated');
    }
  });

  it.each([
    ['a refresh token', () => ada.tokens.refreshToken],
    ['a token of another type', () => signed({ typ: 'magic', exp: now() + 60 })],
    ['a token of another secret', () => `${ada.tokens.accessToken.split('.').slice(0, 2).join('.')}.AAAA`],
    ['a token without a session', () => signed({ sid: undefined, exp: now() + 60 })],
    ['a token that never expires', () => signed({})],
    ['a token that is not valid yet', () => signed({ nbf: now() + 3600, exp: now() + 7200 })],
  ])('refuses %s as unauthenticated', async (_what, token) => {
    expect((await TestSocket.refused(app.url, token())).code).toBe('unauthenticated');
  });

  it('refuses an unsigned token', async () => {
    const [, claims] = ada.tokens.accessToken.split('.');
    const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    expect((await TestSocket.refused(app.url, `${header}.${claims ?? ''}.`)).code).toBe('unauthenticated');
  });

  it('tells an expired token from a wrong one', async () => {
    const expired = signed({ iat: now() - 120, exp: now() - 60 });
    expect(await TestSocket.refused(app.url, expired)).toMatchObject({ code: 'token_expired', status: 401 });
  });

  it('refuses the token of a session that has ended', async () => {
    const again = await ada.logInAgain();
    await again.api.post('/auth/logout');
    const refusal = await TestSocket.refused(app.url, again.tokens.accessToken);
    expect(refusal).toMatchObject({ code: 'session_revoked', status: 401 });
  });

  it('never sends the token back', async () => {
    const token = 'eyJhbGciOiJIUzI1NiJ9.bWFya2Vy.marker-in-the-token';
    expect(JSON.stringify(await TestSocket.refused(app.url, token))).not.toContain('marker');
  });
});

describe('the number of connections', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ WS_MAX_CONNECTIONS_PER_USER: '3', WS_MAX_CONNECTIONS: '8' });
  });
  afterAll(() => app.stop());

  it('is limited for each user, and one that closes makes room for another', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const [first] = [await ada.connect(), await ada.connect(), await ada.connect()];
    const refusal = await TestSocket.refused(app.url, ada.tokens.accessToken);
    expect(refusal).toMatchObject({ code: 'rate_limited', status: 429, retryAfter: expect.any(Number) });
    const again = await ada.logInAgain();
    expect((await TestSocket.refused(app.url, again.tokens.accessToken)).code).toBe('rate_limited');
    await bob.connect();
    first.close();
    await expectRoom(app, ada.tokens.accessToken);
    ada.disconnect();
    bob.disconnect();
  });

  it('is kept by a user who opens many at the same moment', async () => {
    // The first tries of a server are slowed by opening its connections to the database: the later ones are tighter.
    for (let round = 1; round <= 4; round += 1) {
      const { tokens } = await aPerson(app);
      const sockets = await Promise.all(Array.from({ length: 8 }, () => RawSocket.open(app.url)));
      for (const socket of sockets) socket.send(`40${JSON.stringify({ token: tokens.accessToken })}`);
      const answers = await Promise.all(sockets.map((socket) => socket.frame(/^4(4|2\["connected")/)));
      expect(answers.filter((answer) => answer.startsWith('42["connected"'))).toHaveLength(3);
      expect(answers.filter((answer) => answer.includes('"code":"rate_limited"'))).toHaveLength(5);
      for (const socket of sockets) socket.close();
      await eventually(() => app.app.get(LiveConnections).count === 0);
    }
  });

  it('is limited for the whole server', async () => {
    const people = await Promise.all(Array.from({ length: 4 }, () => aPerson(app)));
    const [first, second, third, last] = people as [Person, Person, Person, Person];
    const opening = [first, second, third].flatMap((person) => [person.connect(), person.connect()]);
    await Promise.all([...opening, first.connect(), second.connect()]);
    const refusal = await TestSocket.refused(app.url, last.tokens.accessToken);
    expect(refusal).toMatchObject({ code: 'unavailable', status: 503, retryAfter: expect.any(Number) });
    first.disconnect();
    await expectRoom(app, last.tokens.accessToken);
    for (const person of people) person.disconnect();
  });
});

/** Connects as soon as the server has noticed that there is room. */
async function expectRoom(app: TestApp, token: string): Promise<void> {
  const socket = await eventually(async () => {
    const outcome = await TestSocket.attempt(app.url, token);
    return 'socket' in outcome && outcome.socket;
  });
  socket.close();
}
