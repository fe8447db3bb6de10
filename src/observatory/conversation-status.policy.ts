import { limits } from '../../contract/limits.js';
import type { ConversationStatus } from '../../contract/observatory.js';

/** Since when a conversation must have been active to be so at `now`. */
export function activeSince(now: Date): Date {
  return new Date(now.getTime() - limits.observatory.activeWithinMs);
}

/** Nothing is stored of it: a conversation that falls silent is over without anybody noting it. */
export function statusOf(
  { endsInError, lastActivityAt }: { endsInError: boolean; lastActivityAt: Date },
  now: Date,
): ConversationStatus {
  if (endsInError) return 'error';
  return lastActivityAt >= activeSince(now) ? 'active' : 'completed';
}
