import type { MessageView, SenderView } from '../../contract/views.js';
import type { UserRecord } from '../users/user.schema.js';
import type { MessageRecord } from './message.schema.js';

export function toSenderView(user: UserRecord): SenderView {
  return { id: user._id, username: user.username, displayName: user.displayName };
}

/** What clients see of a message; a deleted one without its content. */
export function toMessageView(message: MessageRecord, sender: SenderView): MessageView {
  const isDeleted = message.deletedAt !== null;
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
    isEdited: message.editedAt !== null,
    editedAt: message.editedAt?.toISOString() ?? null,
    isDeleted,
    deletedAt: message.deletedAt?.toISOString() ?? null,
    createdAt: message.createdAt.toISOString(),
    updatedAt: message.updatedAt.toISOString(),
  };
}
