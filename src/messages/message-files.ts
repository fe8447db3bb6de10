import type { AttachmentId, GroupId, MessageId, UserId } from '../common/ids.js';
import type { MessageAttachment, MessageRecord } from './message.schema.js';

/** The message for which files are taken. */
export interface FileTaking {
  messageId: MessageId;
  groupId: GroupId;
  senderId: UserId;
  clientMessageId: string | null;
}

/**
 * What messages need of the files that they carry. Attachments know messages and not the other way round, so messages
 * state here what they need, and the attachments module provides it.
 */
export abstract class MessageFiles {
  /**
   * Gives a message that is about to be written its files, all of them or none: from here on no other message gets them,
   * but a repeat of the same send. What is then never written gives them back, by {@link settle} or by itself.
   *
   * @returns what the message keeps of them, in the order of `ids`
   * @throws Problem `validation_failed` for what is not the sender's own upload to this group, `conflict` for what another
   *   message has
   */
  abstract take(ids: readonly AttachmentId[], taking: FileTaking): Promise<MessageAttachment[]>;

  /**
   * What became of the message is known. It does not fail: what cannot be done now is done later.
   *
   * @param sent the message, or the first one of the same send; `null` when none was written
   */
  abstract settle(taking: FileTaking, sent: MessageRecord | null): Promise<void>;

  /** A message is about to be deleted for good: whatever comes between, its files will not outlive it. */
  abstract expectErasure(messageId: MessageId): Promise<void>;

  /** A message was deleted for good. @throws what the storage throws; it may be asked for once more */
  abstract erase(messageId: MessageId): Promise<void>;
}
