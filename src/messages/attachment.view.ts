import type { AttachmentView } from '../../contract/attachment-views.js';
import type { AttachmentUrls } from '../common/attachment-urls.js';
import type { GroupId, MessageId, UserId } from '../common/ids.js';
import type { MessageAttachment } from './message.schema.js';

/** Where a file belongs. */
interface Place {
  groupId: GroupId | null;
  messageId: MessageId | null;
  uploaderId: UserId;
}

/** What clients see of a file. */
export function toAttachmentView(file: MessageAttachment, place: Place, urls: AttachmentUrls): AttachmentView {
  return {
    id: file.id,
    groupId: place.groupId,
    messageId: place.messageId,
    uploaderId: place.uploaderId,
    fileName: file.fileName,
    contentType: file.contentType,
    size: file.size,
    sha256: file.sha256,
    width: file.width,
    height: file.height,
    url: urls.content(file.id),
    thumbnailUrl: file.hasThumbnail ? urls.thumbnail(file.id) : null,
    createdAt: file.createdAt.toISOString(),
  };
}
