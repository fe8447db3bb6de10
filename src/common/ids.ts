import { v7, validate } from 'uuid';

import { Problem } from './problem.js';

declare const brand: unique symbol;

/** A string that went through one of the functions below, and says what it is the id of. */
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type UserId = Branded<'UserId'>;
export type SessionId = Branded<'SessionId'>;
export type GroupId = Branded<'GroupId'>;
export type MessageId = Branded<'MessageId'>;

type AnyId = UserId | SessionId | GroupId | MessageId;

/** A new id: UUID version 7 (RFC 9562), so that ids made one after the other lie side by side in an index. */
export function newId<Id extends AnyId>(): Id {
  return v7() as Id;
}

/** A new random UUID (version 4) where the time of its making is nobody's business. */
export { v4 as newRandomUuid } from 'uuid';

/** True for a UUID in its usual form, in either case. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && validate(value);
}

/**
 * Takes an id from outside.
 *
 * @throws Problem `validation_failed` naming `field` when it is not a UUID
 */
export function requireId<Id extends AnyId>(value: unknown, field: string): Id {
  if (!isId(value)) throw Problem.field(field, 'must be a UUID');
  return value.toLowerCase() as Id;
}
