import type { MessageDeletedPayload, MessageUpdatedPayload } from '../../contract/events.js';
import type { MessageView } from '../../contract/views.js';

/** One change of a group's log: the message as it is now, or word that it is deleted. */
export type LogChange =
  | {
      kind: 'message';
      seq: number;
      rev: number;
      message: MessageView;
      /** In a live event about a reaction or a pin: whose. */
      reaction?: NonNullable<MessageUpdatedPayload['reaction']>;
      pin?: NonNullable<MessageUpdatedPayload['pin']>;
    }
  | { kind: 'deletion'; seq: number; rev: number; deletion: MessageDeletedPayload; at: string };

export function changeOfMessage(
  message: MessageView,
  { reaction, pin }: Omit<MessageUpdatedPayload, 'message'> = {},
): LogChange {
  return {
    kind: 'message',
    seq: message.seq,
    rev: message.rev,
    message,
    ...(reaction && { reaction }),
    ...(pin && { pin }),
  };
}

/** @param at when this side heard of it: a live event does not say when the message was deleted */
export function changeOfDeletion(deletion: MessageDeletedPayload, at: string): LogChange {
  return { kind: 'deletion', seq: deletion.seq, rev: deletion.rev, deletion, at };
}
