import { limits } from '../../contract/limits.js';
import { isEmailAddress } from '../common/http/email.decorator.js';
import { freeUsername } from '../users/free-username.js';

/** What becomes of the profile claims of a token (OpenID Connect Core, 5.1). */
export interface ExternalProfile {
  /** A username that is fit; it may be taken. */
  username: string;
  /** `null` when the token has none: then the username stands for it. */
  displayName: string | null;
  /** `null` when the token has none, or one that its issuer calls unverified. */
  email: string | null;
}

const { username: name, displayName, email } = limits;

/** Takes what is fit of some claims; what is not is left out and never refused: nobody here can mend it. */
export function profileOf(claims: Readonly<Record<string, unknown>>): ExternalProfile {
  const address = emailOf(claims);
  const sources = [claims['preferred_username'], claims['name'], address, claims['sub']];
  const fit = sources
    .map(usernameFrom)
    .find((candidate) => candidate.length >= name.minLength && freeUsername.test(candidate));
  return {
    username: fit ?? 'user',
    displayName: displayNameFrom(claims['name']) ?? displayNameFrom(claims['preferred_username']),
    email: address,
  };
}

/** The same name with an end that makes it another. */
export function withSuffix(username: string, suffix: string): string {
  return `${username.slice(0, name.maxLength - suffix.length - 1)}-${suffix}`;
}

function emailOf(claims: Readonly<Record<string, unknown>>): string | null {
  const { email: address, email_verified: isVerified } = claims;
  if (!isEmailAddress(address) || address.length > email.maxLength || isVerified === false) return null;
  return address;
}

/** `Ada Lovelace` → `Ada-Lovelace`, `Zoë` → `Zoe`, `ada@example.org` → `ada`; empty when nothing is left. */
function usernameFrom(source: unknown): string {
  if (typeof source !== 'string') return '';
  return (source.split('@', 1)[0] ?? '')
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .slice(0, name.maxLength)
    .replace(/^-+|-+$/g, '');
}

function displayNameFrom(source: unknown): string | null {
  if (typeof source !== 'string' || !source.isWellFormed()) return null;
  const characters = Array.from(source.replaceAll('\0', '').trim()).slice(0, displayName.maxLength);
  return characters.length < displayName.minLength ? null : characters.join('').trim();
}
