import type { MessageRecord } from '../message.schema.js';

/** A message that has no place yet: the writer gives it `seq`, `rev` and its time. */
export type MessageDraft = Pick<
  MessageRecord,
  '_id' | 'groupId' | 'senderId' | 'clientMessageId' | 'content' | 'replyToId' | 'mentions' | 'attachments'
>;

/** A new entry. */
export interface CreateOperation {
  kind: 'create';
  draft: MessageDraft;
}

/** A change of an entry that was read before; it is made only if nobody else changed the entry meanwhile. */
export interface ChangeOperation {
  kind: 'change';
  before: MessageRecord;
  changes: Partial<
    Pick<
      MessageRecord,
      | 'clientMessageId'
      | 'content'
      | 'mentions'
      | 'attachments'
      | 'reactions'
      | 'versions'
      | 'updatedAt'
      | 'editedAt'
      | 'deletedAt'
      | 'deletedBy'
      | 'erasedAt'
      | 'pinnedAt'
    >
  >;
}

export type LogOperation = CreateOperation | ChangeOperation;

/** What became of an operation. `record` is the entry as stored. */
export type LogOutcome =
  | { status: 'written'; record: MessageRecord }
  /** A send with this `clientMessageId` is already in the log. */
  | { status: 'repeated'; record: MessageRecord }
  /** Somebody changed the entry since it was read: read it again. */
  | { status: 'outdated' };

/** An operation with the place that it is about to be written at. */
export interface PlacedOperation {
  operation: LogOperation;
  /** The entry as it will be. */
  record: MessageRecord;
}

export function groupOf(operation: LogOperation): MessageRecord['groupId'] {
  return operation.kind === 'create' ? operation.draft.groupId : operation.before.groupId;
}
