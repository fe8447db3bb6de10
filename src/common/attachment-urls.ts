import type { AttachmentId } from './ids.js';

/** Where the contents of attachments are to be had: paths on this server, the same for every node and every reader. */
export interface AttachmentUrls {
  content: (id: AttachmentId) => string;
  thumbnail: (id: AttachmentId) => string;
}

/** @param apiPrefix what stands before every REST route, such as `/api/v1` */
export function attachmentUrls(apiPrefix: string): AttachmentUrls {
  return {
    content: (id) => `${apiPrefix}/attachments/${id}/content`,
    thumbnail: (id) => `${apiPrefix}/attachments/${id}/thumbnail`,
  };
}
