/** What clients see of files. Times are ISO 8601 in UTC with milliseconds; ids are UUIDs. */

/** A file that was uploaded. Addresses are paths on the same server, to be asked for with the access token. */
export interface AttachmentView {
  id: string;
  /** `null` for a picture that is to be one's avatar. */
  groupId: string | null;
  /** The message that carries it; `null` while it is its uploader's alone. */
  messageId: string | null;
  uploaderId: string;
  fileName: string;
  /** As its bytes say, not as it was declared. */
  contentType: string;
  /** Bytes. */
  size: number;
  /** Of the content as it is given out, in hexadecimal: a picture may have been freed of what says where it was taken. */
  sha256: string;
  /** Pixels of a picture as it is to be shown; `null` for anything else. */
  width: number | null;
  height: number | null;
  url: string;
  /** `null` for what has none, and until it is made: `attachment_updated` and `message_updated` tell when it is. */
  thumbnailUrl: string | null;
  createdAt: string;
}

/** `GET /messages/{id}/attachments/count`. */
export interface AttachmentCountView {
  count: number;
}

/** `GET /attachments/stats`, over what the caller may see. */
export interface AttachmentStatsView {
  count: number;
  /** Bytes. */
  size: number;
  /** Most bytes first. */
  types: { contentType: string; count: number; size: number }[];
}
