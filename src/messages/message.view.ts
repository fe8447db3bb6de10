import type { FormerTextView, MessageStatus, MessageView, ReactionView, SenderView } from '../../contract/views.js';
import type { AttachmentUrls } from '../common/attachment-urls.js';
import type { UserId } from '../common/ids.js';
import type { UserRecord } from '../users/user.schema.js';
import { toAttachmentView } from './attachment.view.js';
import { everyone } from './mentions.js';
import type { ListedMessage, MessageVersion } from './message.schema.js';

/** For whom a view is made: it says `mine` and `status`. `null`: for everyone alike, as live events are. */
export interface Reader {
  userId: UserId;
  /** Up to where everyone else in the group has been delivered and has read. */
  floors: { deliveredSeq: number; readSeq: number };
}

export function toSenderView(user: UserRecord, urls: AttachmentUrls): SenderView {
  const { _id, username, displayName, avatarAttachmentId: avatarId } = user;
  return { id: _id, username, displayName, avatarUrl: avatarId ? urls.content(avatarId) : null };
}

/** What clients see of a message; a deleted one without its content. */
export function toMessageView(
  message: ListedMessage,
  sender: SenderView,
  { threadCount, reader, urls }: { threadCount: number | null; reader: Reader | null; urls: AttachmentUrls },
): MessageView {
  const isDeleted = message.deletedAt !== null;
  const place = { groupId: message.groupId, messageId: message._id, uploaderId: message.senderId };
  return {
    id: message._id,
    groupId: message.groupId,
    seq: message.seq,
    rev: message.rev,
    senderId: message.senderId,
    sender,
    content: isDeleted ? null : message.content,
    clientMessageId: message.clientMessageId,
    replyToId: message.replyToId,
    threadCount,
    mentions: isDeleted ? [] : message.mentions.filter((id) => id !== everyone),
    mentionsEveryone: !isDeleted && message.mentions.includes(everyone),
    attachments: isDeleted ? [] : (message.attachments ?? []).map((file) => toAttachmentView(file, place, urls)),
    reactions: isDeleted ? [] : toReactionViews(message, reader),
    isPinned: !isDeleted && message.pinnedAt !== null,
    isEdited: message.editedAt !== null,
    editedAt: message.editedAt?.toISOString() ?? null,
    isDeleted,
    deletedAt: message.deletedAt?.toISOString() ?? null,
    status: reader?.userId === message.senderId ? statusOf(message.seq, reader.floors) : null,
    createdAt: message.createdAt.toISOString(),
    updatedAt: message.updatedAt.toISOString(),
  };
}

export function toReactionViews(message: ListedMessage, reader: Reader | null): ReactionView[] {
  return message.reactions.map(({ emoji, userIds }) => ({
    emoji,
    count: userIds.length,
    mine: reader === null ? null : userIds.includes(reader.userId),
  }));
}

export function toFormerTextView({ content, replacedAt }: MessageVersion): FormerTextView {
  return { content, replacedAt: replacedAt.toISOString() };
}

function statusOf(seq: number, { deliveredSeq, readSeq }: Reader['floors']): MessageStatus {
  if (readSeq >= seq) return 'read';
  return deliveredSeq >= seq ? 'delivered' : 'sent';
}
