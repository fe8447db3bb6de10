import type { MessageView, ReactionView } from '../../contract/views.js';
import type { LogChange } from './log-change.js';

/**
 * A message after a change. The newer state wins, so folding the same change twice, or an old one late, does no harm.
 *
 * @param known the message before; `undefined` when it is not known
 * @param me whose view it is
 * @returns `undefined` for a deletion of a message that is not known
 */
export function foldMessage(known: MessageView | undefined, change: LogChange, me: string): MessageView | undefined {
  if (known !== undefined && known.rev >= change.rev) return known;
  if (change.kind === 'deletion') {
    const { rev, at } = change;
    const nothing = {
      content: null,
      mentions: [],
      mentionsEveryone: false,
      attachments: [],
      reactions: [],
      isPinned: false,
    };
    return known && { ...known, ...nothing, rev, isDeleted: true, deletedAt: at, updatedAt: at };
  }
  const { message } = change;
  return {
    ...message,
    threadCount: message.threadCount ?? known?.threadCount ?? null,
    reactions: message.reactions.map((reaction) => ({ ...reaction, mine: isMine(reaction, known, change, me) })),
    status: message.status ?? (message.senderId === me ? (known?.status ?? 'sent') : null),
  };
}

/**
 * What goes to everyone alike does not say which reactions are mine: then it is as it was, but for the one that the
 * event is about. `null` when it is not known how it was: nothing of the message is, or it was deleted.
 */
function isMine(
  { emoji, mine }: ReactionView,
  known: MessageView | undefined,
  change: LogChange & { kind: 'message' },
  me: string,
): boolean | null {
  if (mine !== null) return mine;
  const { reaction } = change;
  if (reaction?.userId === me && reaction.emoji === emoji) return reaction.isAdded;
  if (known === undefined || known.isDeleted) return null;
  const before = known.reactions.find((one) => one.emoji === emoji);
  return before === undefined ? false : before.mine;
}
