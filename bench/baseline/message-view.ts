import { randomUUID } from 'node:crypto';

import type { MessageView } from '../../contract/views.js';

/** A message as large on the wire as ours, so that both sides of a comparison carry the same bytes. */
export function messageView(groupId: string, senderId: string, username: string, content: string): MessageView {
  const now = new Date().toISOString();
  return {
    id: randomUUID(),
    groupId,
    seq: 0,
    rev: 0,
    senderId,
    sender: { id: senderId, username, displayName: username, avatarUrl: null },
    content,
    clientMessageId: null,
    replyToId: null,
    threadCount: 0,
    mentions: [],
    mentionsEveryone: false,
    attachments: [],
    reactions: [],
    isPinned: false,
    isEdited: false,
    editedAt: null,
    isDeleted: false,
    deletedAt: null,
    status: null,
    createdAt: now,
    updatedAt: now,
  };
}
