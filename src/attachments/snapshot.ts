import type { MessageAttachment } from '../messages/message.schema.js';
import type { AttachmentRecord } from './attachment.schema.js';

/** What a message keeps of a file. */
export function snapshotOf(record: AttachmentRecord): MessageAttachment {
  return {
    id: record._id,
    fileName: record.fileName,
    contentType: record.contentType,
    size: record.size,
    sha256: record.sha256,
    width: record.width,
    height: record.height,
    hasThumbnail: record.thumbnail === 'ready',
    createdAt: record.createdAt,
  };
}

/** Whether what a message keeps of a file is what is known of it now: only these two ever change. */
export function isCurrent(kept: MessageAttachment, record: AttachmentRecord): boolean {
  return kept.fileName === record.fileName && kept.hasThumbnail === (record.thumbnail === 'ready');
}
