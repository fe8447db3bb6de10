import type { ProblemCode } from '../../contract/problems.js';
import { limits } from '../../contract/limits.js';
import type { UserId } from '../common/ids.js';

/** What the rules need to know of a message. */
interface MessageFacts {
  senderId: UserId;
  deletedAt: Date | null;
  deletedBy: UserId | null;
}

/** The answer of a rule: `null` when it allows. */
export type Refusal = { code: ProblemCode; detail: string } | null;

/** Only the author edits, and only what is not deleted. */
export function refuseEdit(userId: UserId, message: MessageFacts): Refusal {
  if (message.senderId !== userId) return { code: 'forbidden', detail: 'Only its author edits a message.' };
  if (message.deletedAt !== null) return { code: 'gone', detail: 'The message is deleted; restore it first.' };
  return null;
}

/** The author deletes, and whoever moderates the group. */
export function refuseRemove(userId: UserId, mayModerate: boolean, message: MessageFacts): Refusal {
  if (message.senderId === userId || mayModerate) return null;
  return { code: 'forbidden', detail: 'Only its author or a moderator deletes a message.' };
}

/** Whoever deleted it restores it: an author cannot undo a moderator. */
export function refuseRestore(userId: UserId, message: MessageFacts): Refusal {
  if (message.deletedAt === null || message.deletedBy === userId) return null;
  return { code: 'forbidden', detail: 'Only who deleted a message restores it.' };
}

/**
 * Every member reacts, but not to what is deleted, and not without end.
 *
 * @param added the emoji that is to be added; `null` when one is taken back
 */
export function refuseReact(
  added: string | null,
  message: MessageFacts & { reactions: readonly { emoji: string; userIds: readonly UserId[] }[] },
): Refusal {
  if (message.deletedAt !== null) return { code: 'gone', detail: 'The message is deleted.' };
  if (added === null) return null;
  const { maxDifferent, maxOnMessage } = limits.reaction;
  const isKnown = message.reactions.some(({ emoji }) => emoji === added);
  const total = message.reactions.reduce((sum, { userIds }) => sum + userIds.length, 0);
  if ((isKnown || message.reactions.length < maxDifferent) && total < maxOnMessage) return null;
  return { code: 'conflict', detail: 'The message has as many reactions as it can take.' };
}
