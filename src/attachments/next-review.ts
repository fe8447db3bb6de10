import { limits } from '../../contract/limits.js';
import type { AttachmentRecord } from './attachment.schema.js';

/** A thumbnail that is not there by then was given up, or the server was stopped. */
const thumbnailPatienceMs = 5 * 60_000;

/** Longer than a message waits to be written. */
const takingPatienceMs = 2 * limits.log.maxWaitMs;

/** When a stored file is to be looked at next; `null`: never. */
export function nextReview(
  { thumbnail, messageId, createdAt }: Pick<AttachmentRecord, 'thumbnail' | 'messageId' | 'createdAt'>,
  now: Date,
): Date | null {
  if (thumbnail === 'pending') return new Date(now.getTime() + thumbnailPatienceMs);
  return messageId === null ? expiryOf(createdAt) : null;
}

/** When a file that no message took goes. */
export function expiryOf(createdAt: Date): Date {
  return new Date(createdAt.getTime() + limits.attachments.unclaimedLifetimeMs);
}

/** When it must be known what became of the message that took a file, or of what was begun with it. */
export function settledBy(now: Date): Date {
  return new Date(now.getTime() + takingPatienceMs);
}
