import { describe, expect, it } from '@jest/globals';
import { JwtService } from '@nestjs/jwt';

import { claimsOf, forgeToken } from '../../test/support/forged-token.js';
import { newSessionId, newUserId } from '../common/ids.js';
import { loadSettings } from '../config/load-settings.js';
import type { SessionRecord } from './session.schema.js';
import { jwtOptions, TokensService } from './tokens.service.js';

const secret = 'a secret of the tests, 32 bytes long';
const settings = loadSettings({ JWT_SECRET: secret, JWT_ISSUER: 'us', JWT_AUDIENCE: 'them', ACCESS_TOKEN_TTL: '90s' });
const tokens = new TokensService(new JwtService(jwtOptions(settings)), settings);

const [userId, sessionId] = [newUserId(), newSessionId()];
const nowSeconds = () => Math.floor(Date.now() / 1000);

/** A session, as far as tokens are concerned. */
function aSession(about: Partial<SessionRecord> = {}): SessionRecord {
  const now = new Date();
  const expiresAt = new Date(now.getTime() + 60_000);
  return { _id: sessionId, userId, generation: 3, rotatedAt: now, expiresAt, ...about } as SessionRecord;
}

/** Claims of a good access token, in which a test changes what it is about; `undefined` leaves a claim out. */
function accessClaims(changes: Record<string, unknown> = {}): object {
  const iat = nowSeconds();
  const good = { typ: 'access', sub: userId, sid: sessionId, role: 'user', iat, exp: iat + 60, iss: 'us', aud: 'them' };
  return { ...good, ...changes };
}

function problemOf(read: () => unknown): string {
  try {
    read();
    return 'taken';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('TokensService', () => {
  it('makes access tokens with the claims that the contract names', () => {
    const token = tokens.makeAccessToken(aSession(), 'admin');
    const { iat, exp, ...rest } = claimsOf(token);
    expect(rest).toEqual({ typ: 'access', sub: userId, sid: sessionId, role: 'admin', iss: 'us', aud: 'them' });
    expect(Number(exp) - Number(iat)).toBe(90);
    expect(tokens.readAccessToken(token)).toEqual({ userId, sessionId, expiresAt: new Date(Number(exp) * 1000) });
  });

  it('makes the same refresh token each time for one generation of a session, and another for the next', () => {
    const session = aSession();
    const token = tokens.makeRefreshToken(session);
    expect(tokens.makeRefreshToken(session)).toBe(token);
    expect(tokens.readRefreshToken(token)).toEqual({ sessionId, generation: 3 });
    expect(tokens.makeRefreshToken({ ...session, generation: 4 })).not.toBe(token);
  });

  it('takes neither token for the other', () => {
    const session = aSession();
    expect(problemOf(() => tokens.readRefreshToken(tokens.makeAccessToken(session, 'user')))).toBe('unauthenticated');
    expect(problemOf(() => tokens.readAccessToken(tokens.makeRefreshToken(session)))).toBe('unauthenticated');
  });

  it('says so when a token has expired, and only then', () => {
    const expired = tokens.makeRefreshToken(aSession({ expiresAt: new Date(Date.now() - 1000) }));
    expect(problemOf(() => tokens.readRefreshToken(expired))).toBe('token_expired');
    const long = forgeToken(accessClaims({ exp: nowSeconds() - 60 }), { secret });
    expect(problemOf(() => tokens.readAccessToken(long))).toBe('token_expired');
    // Who forges an expired token learns nothing from the answer.
    const forged = forgeToken(accessClaims({ exp: nowSeconds() - 60 }), { secret: 'another' });
    expect(problemOf(() => tokens.readAccessToken(forged))).toBe('unauthenticated');
  });

  it('takes a token as the contract describes it, whoever made it with the secret', () => {
    expect(problemOf(() => tokens.readAccessToken(forgeToken(accessClaims(), { secret })))).toBe('taken');
  });

  it.each<[string, Record<string, unknown>]>([
    ['no type', { typ: undefined }],
    ['another type', { typ: 'refresh' }],
    ['a type that is no text', { typ: ['access'] }],
    ['another issuer', { iss: 'you' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: 'you' }],
    ['no audience', { aud: undefined }],
    ['no user', { sub: undefined }],
    ['a user that is no id', { sub: 'ada' }],
    ['a user that is an operator', { sub: { $ne: null } }],
    ['no session', { sid: undefined }],
    ['a session that is no id', { sid: '1' }],
    ['no end', { exp: undefined }],
    ['an end that is no number', { exp: 'never' }],
    ['a beginning in the future', { nbf: nowSeconds() + 600 }],
  ])('refuses an access token with %s', (_what, changes) => {
    const token = forgeToken(accessClaims(changes), { secret });
    expect(problemOf(() => tokens.readAccessToken(token))).toBe('unauthenticated');
  });

  it.each<[string, string]>([
    ['another secret', forgeToken(accessClaims(), { secret: `${secret}!` })],
    ['no algorithm', forgeToken(accessClaims(), { secret, alg: 'none', signature: '' })],
    ['no algorithm, but a signature', forgeToken(accessClaims(), { secret, alg: 'none' })],
    ['a stronger algorithm than ours', forgeToken(accessClaims(), { secret, alg: 'HS512' })],
    ['a text for its claims', forgeToken('claims', { secret })],
    ['null for its claims', forgeToken(null, { secret })],
    ['an array for its claims', forgeToken([], { secret })],
    ['nothing at all', ''],
    ['no dots', 'token'],
    ['no signature', forgeToken(accessClaims(), { secret, signature: '' })],
    ['a NUL in it', 'a\0.b.c'],
  ])('refuses a token with %s', (_what, token) => {
    expect(problemOf(() => tokens.readAccessToken(token))).toBe('unauthenticated');
    expect(problemOf(() => tokens.readRefreshToken(token))).toBe('unauthenticated');
  });

  it.each([undefined, '3', 1.5, null, Number.MAX_SAFE_INTEGER + 1])(
    'refuses a refresh token of generation %j',
    (gen) => {
      const token = forgeToken(accessClaims({ typ: 'refresh', gen }), { secret });
      expect(problemOf(() => tokens.readRefreshToken(token))).toBe('unauthenticated');
    },
  );

  it('refuses a token as soon as one character of it is another', () => {
    const token = tokens.makeAccessToken(aSession(), 'user');
    const [header = '', payload = '', signature = ''] = token.split('.');
    const other = (part: string) => `${part.startsWith('A') ? 'B' : 'A'}${part.slice(1)}`;
    for (const changed of [
      [other(header), payload, signature],
      [header, other(payload), signature],
      [header, payload, other(signature)],
    ]) {
      expect(problemOf(() => tokens.readAccessToken(changed.join('.')))).toBe('unauthenticated');
    }
  });
});
