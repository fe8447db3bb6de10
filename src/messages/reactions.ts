import type { UserId } from '../common/ids.js';
import type { MessageReaction } from './message.schema.js';

/** Exactly one emoji, as Unicode recommends it for interchange (UTS #51, RGI set). */
const oneEmoji = /^\p{RGI_Emoji}$/v;

export function isEmoji(text: string): boolean {
  return oneEmoji.test(text);
}

/** The reactions with one more, or the same when it was there; in the order of first use. */
export function withReaction(reactions: readonly MessageReaction[], emoji: string, userId: UserId): MessageReaction[] {
  if (!reactions.some((reaction) => reaction.emoji === emoji)) return [...reactions, { emoji, userIds: [userId] }];
  return reactions.map((reaction) =>
    reaction.emoji !== emoji || reaction.userIds.includes(userId)
      ? reaction
      : { emoji, userIds: [...reaction.userIds, userId] },
  );
}

/** The reactions without one; an emoji that nobody uses any more is gone. */
export function withoutReaction(
  reactions: readonly MessageReaction[],
  emoji: string,
  userId: UserId,
): MessageReaction[] {
  return reactions
    .map((reaction) =>
      reaction.emoji === emoji ? { emoji, userIds: reaction.userIds.filter((id) => id !== userId) } : reaction,
    )
    .filter(({ userIds }) => userIds.length > 0);
}

export function hasReaction(reactions: readonly MessageReaction[], emoji: string, userId: UserId): boolean {
  return reactions.some((reaction) => reaction.emoji === emoji && reaction.userIds.includes(userId));
}
