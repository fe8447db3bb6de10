import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import type { OwnUserView, SessionView } from '../../contract/views.js';
import { SessionsService } from '../../src/auth/sessions.service.js';
import { anAdmin } from '../support/admin.js';
import { ApiClient } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { expectProblem } from '../support/expect-problem.js';
import { forgeToken } from '../support/forged-token.js';
import { aPerson, expectStatus, Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { takeClock, type TestClock } from '../support/test-clock.js';
import { externalClaims, TokenIssuer } from '../support/token-issuer.js';
import { tokenWays } from '../support/token-ways.js';
import { accepted, transports } from '../support/transports.js';

const secret = 'the secret that both issuers sign their tokens with';
const settings = { AUTH_EXTERNAL: 'true', JWT_EXTERNAL_ISSUER: 'https://login.example.org', JWT_SECRET: secret };

describe('the tokens of another issuer', () => {
  let app: TestApp;
  let api: ApiClient;
  let clock: TestClock;
  const commands: string[] = [];
  let aheadMs = 0;
  beforeAll(async () => {
    app = await startTestApp({
      ...settings,
      REGISTRATION: 'closed',
      LOG_DB_QUERIES: 'true',
      ADMIN_EMAIL: 'root@example.org',
    });
    api = new ApiClient(app.api);
    clock = takeClock(app);
    app.connection.getClient().on('commandStarted', ({ commandName }: { commandName: string }) => {
      commands.push(commandName);
    });
  });
  afterAll(() => app.stop());
  afterEach(() => {
    clock.advance(-aheadMs);
    aheadMs = 0;
  });

  const advance = (ms: number) => {
    aheadMs += ms;
    clock.advance(ms);
  };
  const tokenOf = (claims: Record<string, unknown> = {}) => forgeToken(externalClaims(claims), { secret });
  const me = (token: string) => api.as(token).get<OwnUserView>('/users/me');
  const countUsers = (filter: object) => app.connection.collection('users').countDocuments(filter);
  /** Someone who is signed in by a token of the other issuer. */
  const aStranger = async (claims: Record<string, unknown> = {}): Promise<Person> => {
    const accessToken = tokenOf(claims);
    const user = expectStatus(await me(accessToken), 200);
    return new Person(app, user, '', { user, accessToken, refreshToken: '', tokenType: 'Bearer', expiresIn: 3_600 });
  };

  describe('at the first request', () => {
    it('make an account of what they say, although nobody can register', async () => {
      const name = `ada-${randomUUID().slice(0, 8)}`;
      const user = expectStatus(
        await me(
          tokenOf({ preferred_username: name, name: ' Ada Lovelace ', email: `${name}@example.org`, role: 'admin' }),
        ),
        200,
      );
      expect(user).toMatchObject({
        username: name,
        displayName: 'Ada Lovelace',
        email: `${name}@example.org`,
        role: 'user',
        isActive: true,
        isBot: false,
      });
    });

    it.each(tokenWays)('make it over %s', async (_name, way) => {
      const sub = randomUUID();
      expect(await way(app, tokenOf({ sub }))).toBe('let in');
      expect(expectStatus(await me(tokenOf({ sub })), 200).username).toBe(sub.slice(0, 32));
    });

    it.each<[string, Record<string, unknown>, string]>([
      ['the preferred name', { preferred_username: 'grace.hopper', name: 'Grace' }, 'grace.hopper'],
      ['the name, where no other is', { name: 'Zoë  Müller' }, 'Zoe-Muller'],
      ['the address, where no name is', { email: 'katherine@example.org' }, 'katherine'],
      ['the name, where the preferred one is too short', { preferred_username: 'x', name: 'Xavier' }, 'Xavier'],
      [
        'the subject, where nothing else is fit',
        { sub: 'auth0|5f7c8ec7c33c6c004bbafe82', name: '李' },
        'auth0-5f7c8ec7c33c6c004bbafe82',
      ],
      ['what is left of a name that is too long', { name: 'n'.repeat(100) }, 'n'.repeat(32)],
      ['some name, where nothing is', { sub: '李' }, 'user'],
      ['another one, where it calls everybody', { sub: 'HERE', preferred_username: 'all', name: 'Alf' }, 'Alf'],
      [
        'the name, where the preferred one is an operator',
        { preferred_username: { $ne: null }, name: 'Operator' },
        'Operator',
      ],
    ])('take for a username %s', async (_what, claims, expected) => {
      expect(expectStatus(await me(tokenOf(claims)), 200).username).toBe(expected);
    });

    it.each<[string, Record<string, unknown>]>([
      ['an address that is none', { email: 'nobody' }],
      ['an address that its issuer calls unverified', { email: 'unverified@example.org', email_verified: false }],
      ['an address that is an object', { email: { $ne: null } }],
      ['an address with half a surrogate pair', { email: 'a\ud83d@example.org' }],
      ['an address that is too long', { email: `${'a'.repeat(60)}@${'b'.repeat(200)}.org` }],
      ['a display name with half a surrogate pair', { name: 'half \ud83d' }],
      ['a display name of white space', { name: '   ' }],
      ['a display name that is a number', { name: 7 }],
    ])('leave out %s', async (_what, claims) => {
      const user = expectStatus(await me(tokenOf(claims)), 200);
      expect(user.email).toBeNull();
      expect(user.displayName).toBe(user.username);
    });

    it('cut a display name that is too long, between two characters', async () => {
      const { displayName } = expectStatus(await me(tokenOf({ name: '😀'.repeat(100) })), 200);
      expect(displayName).toBe('😀'.repeat(64));
    });

    it('give everyone a name of his own, whoever wants the same', async () => {
      const name = `twin-${randomUUID().slice(0, 8)}`;
      const users = await Promise.all(
        Array.from({ length: 5 }, async () => expectStatus(await me(tokenOf({ preferred_username: name })), 200)),
      );
      expect(new Set(users.map(({ username }) => username)).size).toBe(5);
      for (const { username } of users) expect(username).toMatch(new RegExp(`^${name}(-[0-9a-f]{4})?$`));
    });

    it('make one account, of however many requests at once', async () => {
      const [sub, name] = [randomUUID(), `once-${randomUUID().slice(0, 8)}`];
      const tokens = Array.from({ length: 20 }, () => tokenOf({ sub, preferred_username: name }));
      const users = await Promise.all(tokens.map(async (token) => expectStatus(await me(token), 200)));
      expect(new Set(users.map(({ id }) => id)).size).toBe(1);
      expect(await countUsers({ usernameKey: { $regex: `^${name}` } })).toBe(1);
    });

    it('make one account when two servers are asked at once', async () => {
      const other = await startTestApp({ ...settings, DATABASE_NAME: app.connection.name });
      const name = `both-${randomUUID().slice(0, 8)}`;
      for (let round = 1; round <= 5; round += 1) {
        const token = tokenOf({ preferred_username: `${name}-${String(round)}` });
        const answers = await Promise.all(
          [app, other, app, other].map((one) => new ApiClient(one.api, token).get<OwnUserView>('/users/me')),
        );
        expect(new Set(answers.map((answer) => expectStatus(answer, 200).id)).size).toBe(1);
      }
      expect(await countUsers({ usernameKey: { $regex: `^${name}` } })).toBe(5);
      await other.stopKeepingData();
    });

    it('join no account by its address, and leave the address where it is', async () => {
      const email = `shared-${randomUUID().slice(0, 8)}@example.org`;
      const first = expectStatus(await me(tokenOf({ email })), 200);
      const second = expectStatus(await me(tokenOf({ email })), 200);
      expect(second.id).not.toBe(first.id);
      expect([first.email, second.email]).toEqual([email, null]);
    });

    it('make no admin of who says to have the address of one', async () => {
      expect(expectStatus(await me(tokenOf({ email: 'root@example.org' })), 200).role).toBe('user');
    });

    it('go on where an interrupted first request has ended', async () => {
      const sub = randomUUID();
      const { id } = expectStatus(await me(tokenOf({ sub })), 200);
      await app.connection.collection<{ _id: string }>('users').deleteOne({ _id: id });
      await app.connection.collection('identities').updateOne({ userId: id }, { $set: { isUserMade: false } });
      const other = await startTestApp({ ...settings, DATABASE_NAME: app.connection.name });
      const again = expectStatus(await new ApiClient(other.api, tokenOf({ sub })).get<OwnUserView>('/users/me'), 200);
      expect(again.id).toBe(id);
      await other.stopKeepingData();
    });
  });

  describe('later', () => {
    const iat = Math.floor(Date.now() / 1000);

    it('are the same user, and change name and address when they say otherwise', async () => {
      const sub = randomUUID();
      const mail = (local: string) => `${local}-${sub.slice(0, 8)}@example.org`;
      const first = expectStatus(await me(tokenOf({ sub, iat: iat - 20, name: 'Ada', email: mail('ada') })), 200);
      const married = tokenOf({ sub, iat: iat - 10, name: 'Ada King', email: mail('king') });
      const second = expectStatus(await me(married), 200);
      expect(second).toMatchObject({
        id: first.id,
        username: first.username,
        displayName: 'Ada King',
        email: mail('king'),
      });
      // An older token that is still good does not bring the former name back.
      const third = expectStatus(await me(tokenOf({ sub, iat: iat - 20, name: 'Ada', email: mail('ada') })), 200);
      expect(third).toMatchObject({ displayName: 'Ada King', email: mail('king') });
    });

    it('read nothing from the database while they say the same', async () => {
      const sub = randomUUID();
      const token = tokenOf({ sub, name: 'Steady' });
      await me(token);
      await me(token);
      commands.length = 0;
      for (let count = 0; count < 3; count += 1) {
        expectStatus(await me(token), 200);
        expectStatus(await me(tokenOf({ sub, name: 'Steady', jti: randomUUID() })), 200);
      }
      expect(commands.filter((name) => !['hello', 'ping', 'endSessions'].includes(name))).toEqual([]);
    });

    it('have no password, and no way to get one', async () => {
      const stranger = await aStranger();
      const login = { login: stranger.username, password: 'correct horse' };
      expectProblem(await api.post('/auth/login', login), 'invalid_credentials');
      const change = { currentPassword: 'correct horse', newPassword: 'battery staple' };
      expectProblem(await stranger.api.put('/auth/password', change), 'invalid_credentials');
    });

    it('take part in everything, beside those who log in here', async () => {
      const open = await startTestApp({ ...settings, DATABASE_NAME: app.connection.name });
      const local = await aPerson(open);
      const stranger = await aStranger();
      const socket = await stranger.connectPlain();
      const group = await stranger.createGroup({ memberIds: [local.id] });
      await stranger.sendMessage(group.id, 'from elsewhere');
      expect((await socket.next('new_message')).message.content).toBe('from elsewhere');
      expectStatus(await local.api.get(`/groups/${group.id}`), 200);
      socket.close();
      await open.stopKeepingData();
    });

    it('are counted for their user, whichever of his tokens he uses', async () => {
      const limited = await startTestApp({
        ...settings,
        RATE_LIMIT_ENABLED: 'true',
        RATE_LIMIT_REQUESTS_PER_MINUTE: '4',
      });
      const sub = randomUUID();
      const ask = () => new ApiClient(limited.api, tokenOf({ sub, jti: randomUUID() })).get('/users/me');
      for (let request = 1; request <= 4; request += 1) expectStatus(await ask(), 200);
      expectProblem(await ask(), 'rate_limited');
      expectStatus(await new ApiClient(limited.api, tokenOf()).get('/users/me'), 200);
      await limited.stop();
    });
  });

  describe('and the end of their sessions', () => {
    const refused = { status: 401, code: 'session_revoked' };
    const expectRefused = async (token: string) => {
      for (const [name, way] of tokenWays) expect([name, await way(app, token)]).toEqual([name, refused]);
    };

    it('show one session, which stands for them all', async () => {
      const stranger = await aStranger();
      const list = expectStatus(await stranger.api.get<SessionView[]>('/auth/sessions'), 200);
      const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
      const time = expect.stringMatching(/Z$/);
      expect(list).toEqual([{ id, device: null, address: null, createdAt: time, lastUsedAt: time, current: true }]);
    });

    it.each<[string, string, (stranger: Person) => Promise<unknown>]>([
      ['a logout', 'logout', ({ api }) => api.post('/auth/logout')],
      ['a logout of all', 'logout_all', ({ api }) => api.post('/auth/logout-all')],
      [
        'the end of that session',
        'logout',
        async ({ api }) => api.delete(`/auth/sessions/${(await api.get<SessionView[]>('/auth/sessions')).body[0]!.id}`),
      ],
      [
        'whatever else ends all sessions of a user',
        'password_changed',
        ({ id }) => app.app.get(SessionsService).endAll(id as never, 'password_changed'),
      ],
    ])('are refused after %s, and their sockets closed', async (_what, reason, end) => {
      const sub = randomUUID();
      const stranger = await aStranger({ sub });
      const others = tokenOf({ sub, jti: 'another device' });
      const sockets = [await stranger.connect(), await stranger.connectPlain()];
      await end(stranger);
      for (const socket of sockets) {
        await eventually(() => !socket.isOpen);
        expect(socket.all('session_revoked')).toEqual([{ reason }]);
      }
      await expectRefused(stranger.tokens.accessToken);
      await expectRefused(others);
      // The next sign-in at the issuer is good again.
      advance(2_000);
      const iat = Math.floor(Date.now() / 1000) + 2;
      expect(expectStatus(await me(tokenOf({ sub, iat })), 200).id).toBe(stranger.id);
    });

    it('are refused after a logout also when the clock of their issuer is ahead', async () => {
      const sub = randomUUID();
      const ahead = tokenOf({ sub, iat: Math.floor(Date.now() / 1000) + 4 });
      const { status } = await me(ahead);
      expect(status).toBe(200);
      expectStatus(await api.as(ahead).post('/auth/logout'), 204);
      await expectRefused(ahead);
      advance(5_000);
      await expectRefused(ahead);
    });

    it.each([
      [
        'deactivated',
        async (at: TestApp, _token: string, id: string) => {
          const admin = await anAdmin(at);
          expectStatus(await admin.api.patch(`/users/${id}`, { isActive: false }), 200);
        },
      ],
      [
        'deleted',
        async (at: TestApp, token: string) => {
          expectStatus(await new ApiClient(at.api).as(token).delete('/users/me'), 204);
        },
      ],
    ])('are refused when their user is %s, and make no other one', async (_what, remove) => {
      const sub = randomUUID();
      const token = tokenOf({ sub });
      const { id } = expectStatus(await me(token), 200);
      const other = await startTestApp({ ...settings, DATABASE_NAME: app.connection.name });
      await remove(other, token, id);
      const before = await countUsers({});
      advance(2_000);
      const next = tokenOf({ sub, name: 'Back again' });
      for (const [name, way] of tokenWays) expect([name, await way(other, next)]).toEqual([name, refused]);
      expect(await countUsers({})).toBe(before);
      expect(await countUsers({ displayName: 'Back again' })).toBe(0);
      await other.stopKeepingData();
    });

    it('leave nothing behind that names their user when he deletes his account', async () => {
      const [sub, name] = [`sub-${randomUUID()}`, `Ada ${randomUUID()}`];
      const { api: mine, id } = await aStranger({ sub, name, email: `${randomUUID()}@example.org` });
      const identities = app.connection.collection<{ _id: string; profileDigest?: string }>('identities');
      const known = (await identities.findOne({ userId: id } as object))!;
      expect(known.profileDigest).toMatch(/./);
      expectStatus(await mine.delete('/users/me'), 204);
      const collections = await app.connection.db!.collections();
      const stored = JSON.stringify(await Promise.all(collections.map((one) => one.find().toArray())));
      // Neither as they were, nor as a hash that can be made of them without the secret.
      for (const trace of [sub, name, known._id, known.profileDigest!]) expect(stored).not.toContain(trace);
      advance(2_000);
      const iat = Math.floor(Date.now() / 1000) + 2;
      await expectRefused(tokenOf({ sub, name, iat }));
      expect(await countUsers({ displayName: name })).toBe(0);
    });

    it('are refused when they are of another issuer’s future', async () => {
      const iat = Math.floor(Date.now() / 1000) + 3_600;
      expectProblem(await me(tokenOf({ iat, exp: iat + 60 })), 'unauthenticated');
    });
  });

  it.each(transports)('are told before they end, renewed and ended over %s', async (_name, connect) => {
    const sub = randomUUID();
    const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
    const stranger = await aStranger({ sub, exp: inSeconds(600) });
    const client = await connect(stranger);
    advance(570_000);
    const first = await client.next('token_expiring');
    const token = tokenOf({ sub, exp: inSeconds(1_200) });
    const { expiresAt } = accepted(await client.send('authenticate', { token }));
    const somebodyElse = await client.send('authenticate', { token: tokenOf({ exp: inSeconds(1_200) }) });
    expect(somebodyElse).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    advance(60_000);
    await client.settled();
    expect(client.isOpen).toBe(true);
    advance(530_000);
    expect(await client.next('token_expiring', (told) => told.expiresAt !== first.expiresAt)).toEqual({ expiresAt });
    advance(60_000);
    await eventually(() => !client.isOpen);
    expect(client.received.at(-1)).toMatchObject({ event: 'error', payload: { code: 'token_expired' } });
  });
});

describe('the tokens of another issuer, where nobody asked for them', () => {
  it('are refused', async () => {
    const app = await startTestApp({ ...settings, AUTH_EXTERNAL: 'false' });
    const token = forgeToken(externalClaims(), { secret });
    expectProblem(await new ApiClient(app.api, token).get('/users/me'), 'unauthenticated');
    await app.stop();
  });
});

describe('the tokens of an issuer with keys of its own', () => {
  it('need no secret of ours, and ours stay good beside them', async () => {
    const issuer = await TokenIssuer.start();
    const app = await startTestApp({ ...issuer.settings, JWT_SECRET: secret, JWT_EXTERNAL_AUDIENCE: 'chat' });
    const local = await aPerson(app);
    expectStatus(await local.api.get('/users/me'), 200);
    expectStatus(await new ApiClient(app.api, issuer.token({ aud: ['mail', 'chat'] })).get('/users/me'), 200);
    expectProblem(await new ApiClient(app.api, issuer.token({ aud: 'confab' })).get('/users/me'), 'unauthenticated');
    await app.stop();
    await issuer.stop();
  });
});
