import { v4, v7, validate } from 'uuid';

import { Problem } from './problem.js';

declare const brand: unique symbol;

/** A string that went through one of the functions below, and says what it is the id of. */
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type UserId = Branded<'UserId'>;
export type SessionId = Branded<'SessionId'>;
export type GroupId = Branded<'GroupId'>;
export type MessageId = Branded<'MessageId'>;
export type AttachmentId = Branded<'AttachmentId'>;
/** Of a user of another issuer: no UUID, a hash. */
export type IdentityId = Branded<'IdentityId'>;

// UUIDs of version 7 (RFC 9562): ids made one after the other lie side by side in an index.
export const newUserId = () => v7() as UserId;
export const newGroupId = () => v7() as GroupId;
export const newMessageId = () => v7() as MessageId;
export const newAttachmentId = () => v7() as AttachmentId;

// Version 4, all random: when a session began is nobody's business, and the others are only ever compared.
export const newSessionId = () => v4() as SessionId;
export const newEpoch = () => v4();
export const newOperationId = () => v4();

/** The lowest UUID of version 7 that can be made at or after a time: what was made since is not below it. */
export function firstIdAt(time: Date): string {
  const at = Math.max(0, time.getTime()).toString(16).padStart(12, '0');
  return `${at.slice(0, 8)}-${at.slice(8)}-7000-8000-000000000000`;
}

/** True for a UUID in its usual form, in either case. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && validate(value);
}

/**
 * Takes an id from outside, in either case.
 *
 * @throws Problem `validation_failed` naming `field` when it is not a UUID
 */
export function requireUuid(value: unknown, field: string): string {
  if (!isUuid(value)) throw Problem.field(field, 'must be a UUID');
  return value.toLowerCase();
}
