import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { problems, type ProblemCode } from '../../contract/problems.js';
import { eventually } from '../support/eventually.js';
import { claimsOf, forgeToken } from '../support/forged-token.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { tokenAttacks, type GoodToken } from '../support/token-attacks.js';
import { externalClaims, newIssuerKey, signedBy, TokenIssuer } from '../support/token-issuer.js';
import { duplicateHeaderWays, tokenWays } from '../support/token-ways.js';
import { transports } from '../support/transports.js';

const secret = 'the secret that this server signs its tokens with';
const refused = (code: ProblemCode) => ({ status: problems[code].status, code });

/** Attack × way: each cell must be the same. */
async function expectRefused(app: TestApp, tokens: string | string[], code: ProblemCode): Promise<void> {
  for (const token of [tokens].flat()) {
    const outcomes = await Promise.all(tokenWays.map(async ([name, way]) => [name, await way(app, token)] as const));
    expect(outcomes).toEqual(tokenWays.map(([name]) => [name, refused(code)]));
  }
}

const attacks = tokenAttacks.map(([name, tokens, code = 'unauthenticated']) => [name, tokens, code] as const);

describe('an attack on our tokens', () => {
  let app: TestApp;
  let ada: Person;
  let good: GoodToken;
  beforeAll(async () => {
    app = await startTestApp({ JWT_SECRET: secret });
    ada = await aPerson(app);
    good = { claims: claimsOf(ada.tokens.accessToken), forgery: { secret }, publicKeys: [] };
  });
  afterAll(() => app.stop());

  it.each(tokenWays)('has something to spoil: the same token unspoilt is let in over %s', async (_name, way) => {
    expect(await way(app, forgeToken(good.claims, good.forgery))).toBe('let in');
  });

  it.each(attacks)('is refused over REST and sockets alike: %s', async (_name, tokens, code) => {
    await expectRefused(app, tokens(good), code);
  });

  it.each<[string, () => string | Promise<string>, ProblemCode]>([
    ['a refresh token', () => ada.tokens.refreshToken, 'unauthenticated'],
    ['no typ', () => forgeToken({ ...good.claims, typ: undefined }, good.forgery), 'unauthenticated'],
    ['no session', () => forgeToken({ ...good.claims, sid: undefined }, good.forgery), 'unauthenticated'],
    [
      'a session that is an operator',
      () => forgeToken({ ...good.claims, sid: { $ne: null } }, good.forgery),
      'unauthenticated',
    ],
    [
      'a session that never was',
      () => forgeToken({ ...good.claims, sid: randomUUID() }, good.forgery),
      'session_revoked',
    ],
    [
      'another user with this session',
      async () => forgeToken({ ...good.claims, sub: (await aPerson(app)).id }, good.forgery),
      'session_revoked',
    ],
    [
      'a session that was ended',
      async () => {
        const { api, tokens } = await ada.logInAgain();
        expectStatus(await api.post('/auth/logout'), 204);
        return tokens.accessToken;
      },
      'session_revoked',
    ],
    [
      'the token of a deactivated user',
      async () => {
        const { id, tokens } = await aPerson(app);
        await app.connection.collection<{ _id: string }>('users').updateOne({ _id: id }, { $set: { isActive: false } });
        return tokens.accessToken;
      },
      'session_revoked',
    ],
    [
      'the token of a deleted user',
      async () => {
        const { id, tokens } = await aPerson(app);
        await app.connection.collection<{ _id: string }>('users').deleteOne({ _id: id });
        return tokens.accessToken;
      },
      'session_revoked',
    ],
  ])('is refused over REST and sockets alike: %s', async (_name, token, code) => {
    await expectRefused(app, await token(), code);
  });

  it.each(duplicateHeaderWays)(
    'is refused over %s: two Authorization headers, even of good tokens',
    async (_name, way) => {
      const { accessToken } = ada.tokens;
      expect(await way(app, [accessToken])).toBe('let in');
      for (const tokens of [
        [accessToken, accessToken],
        [accessToken, 'not.a.token'],
        ['not.a.token', accessToken],
      ]) {
        expect(await way(app, tokens)).toEqual(refused('unauthenticated'));
      }
    },
  );

  it.each(transports)('is refused as the next token of a connection over %s, which stays', async (_name, connect) => {
    for (const [, tokens, code = 'unauthenticated'] of tokenAttacks) {
      // One for each: ten refusals in a second would close it.
      const client = await connect(ada);
      for (const token of [tokens(good)].flat()) {
        const answer = await client.send('authenticate', { token });
        expect(answer).toMatchObject({ ok: false, error: refused(code) });
      }
      expect(client.isOpen).toBe(true);
      client.close();
      await eventually(() => !client.isOpen);
    }
  });

  it('is never a good access token in the place of a refresh token', async () => {
    const { status, body } = await ada.api.post('/auth/refresh', { refreshToken: ada.tokens.accessToken });
    expect({ status, body }).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  it.each([
    ['another parameter of the query', (token: string) => [`/users/me?access_token=${token}`, {}] as const],
    ['the query of REST', (token: string) => [`/users/me?token=${token}`, {}] as const],
    ['a cookie', (token: string) => ['/users/me', { cookie: `token=${token}; access_token=${token}` }] as const],
    ['a header of its own', (token: string) => ['/users/me', { 'x-access-token': token }] as const],
    ['the header without a scheme', (token: string) => ['/users/me', { authorization: token }] as const],
    ['the header of a proxy', (token: string) => ['/users/me', { 'proxy-authorization': `Bearer ${token}` }] as const],
    ['the scheme Token', (token: string) => ['/users/me', { authorization: `Token ${token}` }] as const],
    ['two schemes', (token: string) => ['/users/me', { authorization: `Bearer Bearer ${token}` }] as const],
    [
      'the subprotocol of a socket',
      (token: string) => ['/users/me', { 'sec-websocket-protocol': `bearer.${token}` }] as const,
    ],
  ])('is refused over REST: a good token in %s', async (_place, ask) => {
    const [path, headers] = ask(ada.tokens.accessToken);
    const { status } = await fetch(`${app.api}${path}`, { headers });
    expect(status).toBe(401);
  });
});

/** The ways in which another issuer signs: with the secret that it shares with us, or with keys of its own. */
const signers = ['HS256', 'RS256', 'ES256', 'EdDSA'] as const;

describe.each(signers)('an attack on tokens of another issuer, which signs with %s', (alg) => {
  let issuer: TokenIssuer;
  let app: TestApp;
  let good: GoodToken;
  const countUsers = () => app.connection.collection('users').countDocuments();
  beforeAll(async () => {
    issuer = await TokenIssuer.start();
    const { JWKS_URI = '', ...settings } = issuer.settings;
    const key = alg === 'HS256' ? undefined : newIssuerKey(alg);
    if (key !== undefined) issuer.keys = [key];
    app = await startTestApp({ JWT_SECRET: secret, ...settings, ...(key !== undefined && { JWKS_URI }) });
    good = {
      claims: externalClaims(),
      forgery: key === undefined ? { secret } : signedBy(key),
      publicKeys: key === undefined ? [] : [key.publicKey],
    };
  });
  afterAll(async () => {
    await app.stop();
    await issuer.stop();
  });

  it.each(tokenWays)('has something to spoil: the same token unspoilt is let in over %s', async (_name, way) => {
    expect(await way(app, forgeToken(good.claims, good.forgery))).toBe('let in');
  });

  it.each(attacks)('is refused over REST and sockets alike, and makes no user: %s', async (_name, tokens, code) => {
    const before = await countUsers();
    await expectRefused(app, tokens(good), code);
    expect(await countUsers()).toBe(before);
  });
});

describe('two issuers with keys of their own', () => {
  it('cannot sign for each other', async () => {
    const issuer = await TokenIssuer.start();
    const app = await startTestApp({ JWT_SECRET: secret, ...issuer.settings });
    const ours = claimsOf((await aPerson(app)).tokens.accessToken);
    await expectRefused(app, forgeToken(ours, signedBy(issuer.keys[0]!)), 'unauthenticated');
    await expectRefused(app, forgeToken(externalClaims(), { secret }), 'unauthenticated');
    await app.stop();
    await issuer.stop();
  });
});
