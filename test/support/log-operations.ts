import { randomUUID } from 'node:crypto';

import { newMessageId, type GroupId, type UserId } from '../../src/common/ids.js';
import type { ChangeOperation, CreateOperation } from '../../src/messages/log/log-operation.js';
import type { MessageRecord } from '../../src/messages/message.schema.js';

export type Verb = 'edit' | 'delete' | 'restore';

/** A send of a new message with a text that no other has. */
export function aSend(groupId: GroupId, senderId: UserId, clientMessageId: string | null = null): CreateOperation {
  const content = `text ${randomUUID()}`;
  return {
    kind: 'create',
    draft: { _id: newMessageId(), groupId, senderId, clientMessageId, content, replyToId: null, mentions: [] },
  };
}

/**
 * A change as the messages service makes it, except that deleting and restoring give the message another text too: so
 * the oracle can tell from the stored message alone which changes were made.
 */
export function aChange(before: MessageRecord, verb: Verb = 'edit'): ChangeOperation {
  const now = new Date(before.updatedAt.getTime() + 1);
  return {
    kind: 'change',
    before,
    changes: {
      content: `text ${randomUUID()}`,
      versions: [...before.versions, { content: before.content, replacedAt: now }],
      updatedAt: now,
      ...(verb === 'edit' && { editedAt: now }),
      ...(verb === 'delete' && { deletedAt: now, deletedBy: before.senderId }),
      ...(verb === 'restore' && { deletedAt: null, deletedBy: null }),
    },
  };
}
