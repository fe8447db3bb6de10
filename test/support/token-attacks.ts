import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

import type { ProblemCode } from '../../contract/problems.js';
import { forgeToken, type Forgery } from './forged-token.js';

type Claims = Record<string, unknown>;

/** A good token taken apart, to be spoilt in one thing. */
export interface GoodToken {
  claims: Claims;
  /** How it is signed. */
  forgery: Forgery;
  /** Every public key of the issuer. */
  publicKeys: KeyObject[];
}

/** One known attack: the token, or several to be tried one after the other. */
type Attack = [name: string, tokens: (good: GoodToken) => string | string[], code?: ProblemCode];

const nowSeconds = () => Math.floor(Date.now() / 1000);
const { privateKey: attackersKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const { privateKey: attackersCurve } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const attackersJwk = { ...createPublicKey(attackersKey).export({ format: 'jwk' }), alg: 'RS256', use: 'sig' };

/** The same claims, signed otherwise. */
const signed =
  (forgery: Partial<Forgery>) =>
  ({ claims, forgery: good }: GoodToken) =>
    forgeToken(claims, { ...good, ...forgery });

/** The same signer, other claims. */
const saying =
  (change: (good: Claims) => unknown) =>
  ({ claims, forgery }: GoodToken) =>
    forgeToken(change(claims), forgery);

const having = (wrong: Claims) => saying((good) => ({ ...good, ...wrong }));
const without = (name: string) =>
  saying((good) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name)));

/** Signed by the attacker, who says in the header where the key is to be found. */
const pointing = (header: object) => signed({ alg: 'RS256', key: attackersKey, header });

/** The parts of a good token, put together otherwise. */
const parts =
  (join: (header: string, payload: string, signature: string) => string) =>
  ({ claims, forgery }: GoodToken) => {
    const [header = '', payload = '', signature = ''] = forgeToken(claims, forgery).split('.');
    return join(header, payload, signature);
  };

/** The known attacks on any access token, ours or another issuer's. */
export const tokenAttacks: readonly Attack[] = [
  ...['none', 'None', 'NONE', 'nOnE', 'nonE', ' none', 'none ', ''].flatMap((alg): Attack[] => [
    [`alg "${alg}" without a signature`, signed({ alg, signature: '' })],
    [`alg "${alg}" with some signature`, signed({ alg, signature: 'AAAA' })],
  ]),
  ['no alg at all', signed({ header: { alg: undefined }, signature: '' })],
  ['an alg that is null', signed({ header: { alg: null }, signature: '' })],
  ['an alg that is a list', signed({ header: { alg: ['none', 'HS256'] }, signature: '' })],
  ['an empty signature', signed({ signature: '' })],
  ['a signature of one letter', signed({ signature: 'A' })],
  ['a missing signature', parts((header, payload) => `${header}.${payload}`)],
  ['a fourth part', parts((header, payload, signature) => `${header}.${payload}.${signature}.${signature}`)],
  [
    'a signature of other claims',
    ({ claims, forgery }) => {
      const [header = '', payload = ''] = forgeToken({ ...claims, exp: nowSeconds() + 9_999 }, forgery).split('.');
      return `${header}.${payload}.${forgeToken(claims, forgery).split('.')[2] ?? ''}`;
    },
  ],
  ['the payload alone', parts((_header, payload) => payload)],
  [
    'a public key as the secret of HMAC',
    ({ claims, publicKeys }) =>
      [...publicKeys, attackersKey]
        .flatMap(publishedForms)
        .flatMap((key) => [key, key.trim()].map((secret) => forgeToken(claims, { secret }))),
  ],
  ['HS384', signed({ alg: 'HS384', header: { alg: 'HS384' } })],
  ['HS512', signed({ alg: 'HS512', header: { alg: 'HS512' } })],
  ['alg hs256 in small letters', signed({ header: { alg: 'hs256' } })],
  [
    'alg RS256, but signed with HMAC',
    ({ claims, forgery: { secret } }) => forgeToken(claims, { secret, alg: 'RS256' }),
  ],
  ['alg PS256', signed({ header: { alg: 'PS256' } })],
  ['alg RS512', signed({ header: { alg: 'RS512' } })],
  ['an empty secret', ({ claims }) => forgeToken(claims, { secret: '' })],
  ['another secret', ({ claims }) => forgeToken(claims, { secret: 'another secret that is long enough to be one' })],
  ['another RSA key', signed({ alg: 'RS256', key: attackersKey })],
  ['another elliptic curve key', signed({ alg: 'ES256', key: attackersCurve })],
  ['a psychic signature of zeros', signed({ alg: 'ES256', signature: Buffer.alloc(64).toString('base64url') })],
  ['an embedded jwk', pointing({ jwk: attackersJwk, kid: undefined })],
  ['a jku', pointing({ jku: 'http://127.0.0.1:1/jwks.json', kid: 'attacker' })],
  ['an x5u', pointing({ x5u: 'http://127.0.0.1:1/cert.pem', kid: 'attacker' })],
  ['an x5c', pointing({ x5c: ['MIIB'], kid: 'attacker' })],
  ...['../../../../dev/null', '/dev/null', "' UNION SELECT 'key", '__proto__', 'constructor', '| id'].map(
    (kid): Attack => [
      `the kid ${kid} and an empty secret`,
      ({ claims }) => forgeToken(claims, { secret: '', header: { kid } }),
    ],
  ),
  ['the kid __proto__ and another key', pointing({ kid: '__proto__' })],
  ['a kid that is an object', pointing({ kid: { $ne: null } })],
  ['a wrong iss', having({ iss: 'https://evil.example.org' })],
  ['no iss', without('iss')],
  ['an iss that is a list', saying(({ iss, ...good }) => ({ ...good, iss: [iss] }))],
  ['an iss that is an object', having({ iss: { $ne: null } })],
  ['a wrong aud', having({ aud: 'somebody else' })],
  ['no aud', without('aud')],
  ['an empty list for aud', having({ aud: [] })],
  ['an aud that is an object', having({ aud: { confab: true } })],
  ['a wrong typ', having({ typ: 'refresh' })],
  ['a typ that is a list', having({ typ: ['access'] })],
  ['no exp', without('exp')],
  ['an exp that is text', having({ exp: String(nowSeconds() + 600) })],
  ['an exp that is null', having({ exp: null })],
  ['an exp that is an object', having({ exp: { $gt: 0 } })],
  ['an exp in the past', having({ exp: nowSeconds() - 60 }), 'token_expired'],
  ...['exp', 'iat', 'nbf'].flatMap((name) =>
    [-1, -1e300, 1.5, 4_000_000_000.5, 1e300, 8_640_000_000_001].map((time): Attack => [
      `${String(time)} for its ${name}`,
      having({ [name]: time }),
    ]),
  ),
  ['an nbf in the future', having({ nbf: nowSeconds() + 3_600 })],
  ['an nbf that is text', having({ nbf: 'now' })],
  ['no sub', without('sub')],
  ['an empty sub', having({ sub: '' })],
  ['a sub that is an object', having({ sub: { $ne: null } })],
  ['a sub that is a list', saying((good) => ({ ...good, sub: [good['sub']] }))],
  ['a sub that is a number', having({ sub: 1 })],
  ['a sub that is true', having({ sub: true })],
  ['null for its claims', saying(() => null)],
  ['a list for its claims', saying(() => [])],
  ['a list of claims', saying((good) => [good])],
  ['text for its claims', saying(() => 'let me in')],
  ['a number for its claims', saying(() => 1)],
  ['nothing but a length beyond every limit', saying((good) => ({ ...good, padding: 'x'.repeat(7_000) }))],
];

/** The forms in which a public key is published, each of which may be mistaken for a secret. */
function publishedForms(key: KeyObject): string[] {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return [
    publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    JSON.stringify(publicKey.export({ format: 'jwk' })),
  ];
}
