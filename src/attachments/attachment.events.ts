import type { AttachmentView } from '../../contract/attachment-views.js';

declare module '../common/domain-events.js' {
  interface DomainEventMap {
    /** For its uploader; those who see the message that carries it are told by `message.files_changed`. */
    'attachment.updated': { attachment: AttachmentView };
  }
}
