import { createHash, createHmac } from 'node:crypto';

import type { IdentityId } from '../common/ids.js';

/** One id for each pair of issuer and subject; as JSON, so that no two pairs are written alike. */
export function identityId(issuer: string, subject: string): IdentityId {
  return sha256([issuer, subject]) as IdentityId;
}

/**
 * What is left of an identity when its account is deleted. A subject is often a number or an address: whoever has the
 * database could try them all against a plain hash, and so know who was here. This takes the secret of the server too; with
 * another secret, what was erased is forgotten, and who comes back then begins a new account.
 */
export function erasedIdentityId(id: IdentityId, secret: string): string {
  return createHmac('sha256', secret).update(`erased identity ${id}`).digest('base64url');
}

/** Stands for the claims of which a profile was made. */
export function profileDigest(profile: object): string {
  return sha256(profile);
}

function sha256(value: object): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url');
}
