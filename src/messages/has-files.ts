import type { ListedMessage } from './message.schema.js';

/** Whether a message carries files. */
export function hasFiles({ attachments = [] }: Pick<ListedMessage, 'attachments'>): boolean {
  return attachments.length > 0;
}
