import { createHash } from 'node:crypto';

import type { IdentityId } from '../common/ids.js';

/** One id for each pair of issuer and subject; as JSON, so that no two pairs are written alike. */
export function identityId(issuer: string, subject: string): IdentityId {
  return sha256([issuer, subject]) as IdentityId;
}

/** Stands for the claims of which a profile was made. */
export function profileDigest(profile: object): string {
  return sha256(profile);
}

function sha256(value: object): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url');
}
