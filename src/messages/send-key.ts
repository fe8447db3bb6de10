import { createHash } from 'node:crypto';

import type { MessageRecord } from './message.schema.js';

/**
 * What a repeated send is known by: the sender's `clientMessageId`, hashed, and cut to the 128 bits that need no more to
 * be one of a kind. The hash outlives the id itself, which is erased with the message, being something that its sender
 * wrote: so a send that is repeated behind the erasure makes no second message. It takes no secret for a key, since one
 * that an operator changes would forget every send before it; whoever reads the database learns of an id only what he
 * guesses whole.
 */
export function sendKeyOf({
  groupId,
  senderId,
  clientMessageId,
}: Pick<MessageRecord, 'groupId' | 'senderId' | 'clientMessageId'>): string | null {
  if (clientMessageId === null) return null;
  return hashed([groupId, senderId, clientMessageId]);
}

/**
 * The same for a message that came out of a file: what it is called there stands for the send, whoever it is said to be
 * of, so that a file that is imported once more makes no second message. Its `clientMessageId` is another matter: that
 * is kept as it was.
 *
 * @param key what the message is called in the file, the same each time
 */
export function importKeyOf(groupId: MessageRecord['groupId'], key: string): string {
  // Four parts: never the key of a send.
  return hashed(['import', groupId, '', key]);
}

function hashed(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16).toString('base64url');
}
