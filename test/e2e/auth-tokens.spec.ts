import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ApiClient } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { claimsOf, forgeToken, type Forgery } from '../support/forged-token.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const secret = 'the secret that this server signs its tokens with';
const now = () => Math.floor(Date.now() / 1000);

type Claims = Record<string, unknown>;
/** One thing that is wrong with an otherwise good token. */
type Attack = [name: string, claims: (good: Claims) => unknown, forgery?: Partial<Forgery>];

/** All three of each: Jest would hand a test that names a missing third one its `done` callback instead. */
const rows = (list: Attack[]) => list.map(([name, claims, forgery = {}]) => [name, claims, forgery] as const);

const without =
  (name: string) =>
  (good: Claims): Claims =>
    Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
const having = (wrong: Claims) => (good: Claims) => ({ ...good, ...wrong });
const asItIs = (good: Claims) => good;

/** What is wrong with any token, access or refresh. */
const attacks: Attack[] = [
  ['has alg none and no signature', asItIs, { alg: 'none', signature: '' }],
  ['has alg None in another case', asItIs, { alg: 'nOnE', signature: '' }],
  ['has HS256 and no signature', asItIs, { signature: '' }],
  ['is signed with HS512 and the right secret', asItIs, { alg: 'HS512' }],
  ['is signed with HS384 and the right secret', asItIs, { alg: 'HS384' }],
  ['says RS256 and is signed with HMAC', asItIs, { alg: 'RS256' }],
  ['is signed with another secret', asItIs, { secret: 'another secret that is long enough to be one' }],
  ['is signed with an empty secret', asItIs, { secret: '' }],
  ['is expired and signed with another secret', (good) => ({ ...good, exp: now() - 60 }), { secret: 'another' }],
  ['has an exp that is no number', having({ exp: 'never' })],
  ['is of another issuer', having({ iss: 'somebody else' })],
  ['has no issuer', without('iss')],
  ['is for another audience', having({ aud: 'somebody else' })],
  ['has no audience', without('aud')],
  ['has no typ', without('typ')],
  ['has a typ of its own', having({ typ: 'id' })],
  ['is not valid yet', (good) => ({ ...good, nbf: now() + 3600 })],
  ['has a session that is no id', having({ sid: 'mine' })],
  ['has a session that is an operator', having({ sid: { $ne: null } })],
  ['has no session', without('sid')],
  ['is a string and no claims', () => 'let me in'],
  ['is an array', () => []],
  ['is null', () => null],
];

const attacksOnAccess: Attack[] = [
  ...attacks,
  ['has no exp', without('exp')],
  ['has a sub that is an operator', having({ sub: { $ne: null } })],
  ['has a sub that is an array', (good) => ({ ...good, sub: [good['sub']] })],
  ['has a sub that is a number', having({ sub: 1 })],
  ['has no sub', without('sub')],
];

const attacksOnRefresh: Attack[] = [
  ...attacks,
  ['has a generation that is an operator', having({ gen: { $gt: 0 } })],
  ['has a generation that is text', having({ gen: '1' })],
  ['has a generation between two', having({ gen: 1.5 })],
  ['has no generation', without('gen')],
];

describe('tokens', () => {
  let app: TestApp;
  let api: ApiClient;
  let ada: Person;
  let bob: Person;
  beforeAll(async () => {
    app = await startTestApp({ JWT_SECRET: secret });
    api = new ApiClient(app.api);
    [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
  });
  afterAll(() => app.stop());

  const ask = (token: string) => api.as(token).get('/users/me');
  const refresh = (refreshToken: string) => api.post('/auth/refresh', { refreshToken });

  describe('an access token', () => {
    it('carries what the contract says and nothing else', () => {
      const claims = claimsOf(ada.tokens.accessToken);
      expect(claims).toEqual({
        typ: 'access',
        sub: ada.id,
        sid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        role: 'user',
        iat: expect.any(Number),
        exp: (claims['iat'] as number) + 1800,
        iss: 'confab',
        aud: 'confab',
      });
    });

    it('is taken when it is forged as the server makes it, so that the next tests each show one difference', async () => {
      expectStatus(await ask(forgeToken(claimsOf(ada.tokens.accessToken), { secret })), 200);
    });

    it.each(rows(attacksOnAccess))('is refused when it %s', async (_name, claims, forgery) => {
      const token = forgeToken(claims(claimsOf(ada.tokens.accessToken)), { secret, ...forgery });
      expectProblem(await ask(token), 'unauthenticated');
    });

    it('is refused as expired when it is, and otherwise good', async () => {
      const token = forgeToken({ ...claimsOf(ada.tokens.accessToken), exp: now() - 1 }, { secret });
      expectProblem(await ask(token), 'token_expired');
    });

    it('is refused when its session is another user’s, or was never there', async () => {
      const claims = claimsOf(ada.tokens.accessToken);
      expectProblem(await ask(forgeToken({ ...claims, sub: bob.id }, { secret })), 'session_revoked');
      expectProblem(await ask(forgeToken({ ...claims, sid: randomUUID() }, { secret })), 'session_revoked');
    });

    it('gives no role: the account does', async () => {
      const token = forgeToken({ ...claimsOf(ada.tokens.accessToken), role: 'admin' }, { secret });
      expect((await ask(token)).body).toMatchObject({ role: 'user' });
    });

    it('is never a refresh token', async () => {
      expectProblem(await ask(ada.tokens.refreshToken), 'unauthenticated');
    });

    it.each([
      ['is missing', {}],
      ['is empty', { authorization: 'Bearer ' }],
      ['is no token', { authorization: 'Bearer let-me-in' }],
      ['comes by another scheme', { authorization: 'Basic YWRhOmNvcnJlY3QgaG9yc2U=' }],
    ])('is asked for when it %s', async (_name, headers) => {
      expectProblem(await api.get('/users/me', headers), 'unauthenticated');
    });

    it('is taken from the header only', async () => {
      const { accessToken } = ada.tokens;
      const places = [`access_token=${accessToken}`, `token=${accessToken}`, `auth_token=${accessToken}`];
      for (const place of places) expectProblem(await api.get(`/users/me?${place}`), 'unauthenticated');
      const cookie = `access_token=${accessToken}; token=${accessToken}`;
      expectProblem(await api.get('/users/me', { cookie }), 'unauthenticated');
    });
  });

  describe('a refresh token', () => {
    it('is taken when it is forged as the server makes it', async () => {
      const carol = await aPerson(app);
      expectStatus(await refresh(forgeToken(claimsOf(carol.tokens.refreshToken), { secret })), 200);
    });

    it.each(rows(attacksOnRefresh))('is refused when it %s', async (_name, claims, forgery) => {
      const token = forgeToken(claims(claimsOf(bob.tokens.refreshToken)), { secret, ...forgery });
      expectProblem(await refresh(token), 'unauthenticated');
      // A token that was never good says nothing about the session.
      expectStatus(await ask(bob.tokens.accessToken), 200);
    });

    it('is refused as expired when it is', async () => {
      const token = forgeToken({ ...claimsOf(bob.tokens.refreshToken), exp: now() - 1 }, { secret });
      expectProblem(await refresh(token), 'token_expired');
    });
  });
});
