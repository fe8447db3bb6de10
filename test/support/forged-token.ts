import { createHmac, sign, type KeyObject } from 'node:crypto';

/** How a token is signed; what is left out is as the server does it. */
export interface Forgery {
  secret: string;
  alg?: string;
  /** Further fields of the header, or others in place of the usual. */
  header?: object;
  /** `''` for no signature at all. */
  signature?: string;
  /** Signs in place of the secret: RSA and EC with SHA-256, Ed25519. */
  key?: KeyObject;
}

const hashOf: Readonly<Record<string, string>> = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' };

/** Makes a JSON Web Token by hand, so that nothing refuses to make a wrong one. */
export function forgeToken(claims: unknown, { secret, alg = 'HS256', header, signature, key }: Forgery): string {
  const signed = `${encode({ alg, typ: 'JWT', ...header })}.${encode(claims)}`;
  if (signature !== undefined) return `${signed}.${signature}`;
  if (key !== undefined) return `${signed}.${signWith(key, signed)}`;
  return `${signed}.${createHmac(hashOf[alg] ?? 'sha256', secret)
    .update(signed)
    .digest('base64url')}`;
}

/** The claims of a token, unchecked. */
export function claimsOf(token: string): Record<string, unknown> {
  const [, payload = ''] = token.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<string, unknown>;
}

/** RFC 7518, 3.4: a signature over an elliptic curve is its two numbers, not the DER that Node makes by default. */
function signWith(key: KeyObject, text: string): string {
  const hash = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  return sign(hash, Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
