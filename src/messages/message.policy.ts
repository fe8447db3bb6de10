import type { ProblemCode } from '../../contract/problems.js';
import { limits } from '../../contract/limits.js';
import type { UserId } from '../common/ids.js';
import { permissions } from '../groups/group.policy.js';
import type { GroupRecord } from '../groups/group.schema.js';
import type { MembershipRecord } from '../groups/membership.schema.js';

/** What the rules need to know of a message. */
interface MessageFacts {
  senderId: UserId;
  deletedAt: Date | null;
  deletedBy: UserId | null;
  erasedAt: Date | null;
}

/** Whose messages it is about, beside one's own. */
interface Place {
  group: Pick<GroupRecord, 'kind'>;
  membership: Pick<MembershipRecord, 'role'>;
}

/** The answer of a rule: `null` when it allows. */
export type Refusal = { code: ProblemCode; detail: string } | null;

/**
 * Whether one has a say over the messages of others. In a direct conversation nobody has: its owner is only who opened
 * it.
 */
export function mayModerate({ group, membership }: Place): boolean {
  return group.kind !== 'direct' && permissions[membership.role].has('moderateMessages');
}

/** Whether one pins: who moderates the group, and both people of a direct conversation. */
export function mayPin(place: Place): boolean {
  return place.group.kind === 'direct' || mayModerate(place);
}

/** Whether `@all` means all when one says it. */
export function mayMentionEveryone(place: Place): boolean {
  return place.group.kind === 'direct' || mayModerate(place);
}

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

/** Whoever deleted it restores it: an author cannot undo a moderator, and nobody what was deleted for good. */
export function refuseRestore(userId: UserId, message: MessageFacts): Refusal {
  if (message.erasedAt !== null) return { code: 'gone', detail: 'The message was deleted for good.' };
  if (message.deletedAt === null || message.deletedBy === userId) return null;
  return { code: 'forbidden', detail: 'Only who deleted a message restores it.' };
}

/** Every member sees what a message said before, but not while it is deleted. */
export function refuseFormerTexts(message: MessageFacts): Refusal {
  return message.deletedAt === null ? null : { code: 'gone', detail: 'The message is deleted.' };
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

/**
 * Who may pin does, up to a number, and what is deleted is not pinned.
 *
 * @param added how many are pinned already; `null` when a pin is taken off
 */
export function refusePin(isAllowed: boolean, added: number | null, message: MessageFacts): Refusal {
  if (!isAllowed) return { code: 'forbidden', detail: 'Only who moderates the group pins messages.' };
  if (message.deletedAt !== null) return { code: 'gone', detail: 'The message is deleted.' };
  if (added === null || added < limits.pin.maxPerGroup) return null;
  return { code: 'conflict', detail: `A group has at most ${String(limits.pin.maxPerGroup)} pinned messages.` };
}
